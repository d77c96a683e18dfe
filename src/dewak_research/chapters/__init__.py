"""What each chapter shows: figures and tables."""
