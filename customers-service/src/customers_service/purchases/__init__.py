"""Purchases: free notes of what a customer bought."""
