"""The daybook command."""
