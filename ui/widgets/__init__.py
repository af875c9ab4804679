"""The parts windows are made of: small, themed, without any knowledge of tickets or storage."""
