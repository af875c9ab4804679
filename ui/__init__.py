"""The windows: Qt, and nothing that decides."""
