"""Inequality measures, decompositions, panel models and spatial statistics of social spending."""
