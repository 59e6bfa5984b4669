"""What every service shares: the schema, the rules, and the web shell."""
