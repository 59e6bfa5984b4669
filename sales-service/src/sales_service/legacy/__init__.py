"""Order Management v1, as its own document has it."""
