"""What the chapter on the case studies shows."""
