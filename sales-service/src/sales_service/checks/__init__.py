"""The proof that the numbers agree."""
