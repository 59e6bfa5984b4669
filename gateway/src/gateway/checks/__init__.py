"""The proof that the numbers agree, which sales-service makes."""
