"""What the chapter on social spending disparities shows."""
