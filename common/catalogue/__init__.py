"""The rules of the catalogue. Owner: products-service."""
