"""Daybook's customers, contacts and purchases."""
