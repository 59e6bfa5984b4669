"""The sources of `daybook import`, a module each, and what they share."""
