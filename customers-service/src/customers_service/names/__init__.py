"""The names of all customers, for the reports that the gateway composes."""
