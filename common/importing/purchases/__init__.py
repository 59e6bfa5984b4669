"""Import the SQLite file of a customer purchase API: its customers and what they noted."""
