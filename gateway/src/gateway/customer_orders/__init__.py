"""The customer-orders report: who bought what, when, for how much."""
