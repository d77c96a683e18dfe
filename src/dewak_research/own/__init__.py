"""A municipality's own figures: workbook, import, checks, plan test and its own report."""
