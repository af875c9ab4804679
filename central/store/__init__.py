"""Where the centre keeps things: SQLite or PostgreSQL behind the same few functions."""
