"""The rules of the trade: pure functions over frozen records, the same on a laptop and in the centre."""
