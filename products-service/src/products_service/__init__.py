"""Daybook's catalogue and stock."""
