"""The page at `/`: what runs here, whether it is well, and where to go from here."""
