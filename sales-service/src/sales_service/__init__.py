"""Daybook's orders, sales and checks."""
