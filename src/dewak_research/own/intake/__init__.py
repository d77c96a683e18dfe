"""Reading what towns have: a file becomes rows, rows become lines of the workbook, and every step is said."""
