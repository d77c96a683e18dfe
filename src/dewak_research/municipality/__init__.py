"""Municipality keys, the register of units, peers and the workbook a municipality fills in."""
