"""Multi-criteria analysis, stakeholders, QCA, transferability and relief."""
