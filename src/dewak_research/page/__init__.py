"""What every page is made of: figures, tables, values, labels and style."""
