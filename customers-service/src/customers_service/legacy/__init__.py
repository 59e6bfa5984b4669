"""The Customer Purchase API of old, as its own document has it."""
