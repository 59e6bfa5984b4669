"""The text menu of Order Management v1, a client of its API."""
