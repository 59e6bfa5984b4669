"""Stocktakes: several products counted at one moment."""
