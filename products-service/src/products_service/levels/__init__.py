"""Levels: what there was at any instant, what it was worth, and how it came about."""
