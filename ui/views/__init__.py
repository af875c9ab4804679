"""Screens: they show what they are told and report what was clicked."""
