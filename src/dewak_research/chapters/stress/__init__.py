"""What the chapter on the fiscal stress test shows."""
