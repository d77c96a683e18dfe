"""The pipeline on a small configuration, under attack."""
