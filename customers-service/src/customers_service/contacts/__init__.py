"""Contacts: where customers are reached."""
