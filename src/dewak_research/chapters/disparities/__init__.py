"""What the chapter on social spending disparities shows: figures of what is, of what goes with it, and tables."""
