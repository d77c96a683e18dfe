"""What the data chapter shows."""
