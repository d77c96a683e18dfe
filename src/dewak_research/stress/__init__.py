"""Rules of the budget law, transmission, shocks, simulation, reverse test, backtest."""
