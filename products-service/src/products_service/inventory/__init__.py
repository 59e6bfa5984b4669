"""Inventory: the stock ledger, and the adjustments that people write into it."""
