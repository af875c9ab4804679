"""Bringing work to the centre and news back; knows no Qt."""
