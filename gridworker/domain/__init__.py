"""The rules of the trade: pure functions over frozen records, alike on laptop and centre."""
