"""One view of one municipality: its sheet, its notebook, its report."""
