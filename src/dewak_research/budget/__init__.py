"""Accounts, consolidation, NKF ratios and the plan in its official lines."""
