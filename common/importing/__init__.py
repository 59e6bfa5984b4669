"""Bring the records of another system, all or none of them. Owner: sales-service."""
