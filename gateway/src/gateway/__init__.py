"""Daybook's front door: it composes the reports."""
