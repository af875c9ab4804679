"""What a screen does, without Qt."""
