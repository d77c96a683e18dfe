"""The NKF ratios (NKF-Kennzahlenset NRW), each defined in one place."""
