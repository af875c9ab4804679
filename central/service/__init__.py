"""What the centre does, whoever asks: pure of HTTP, one function a request."""
