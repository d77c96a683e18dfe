"""Figures, tables, labels, notebooks and the book."""
