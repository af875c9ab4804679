"""What can be done, and the machinery it needs."""
