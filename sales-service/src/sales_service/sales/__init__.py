"""Sales: what each order line earned, and the sums of it."""
