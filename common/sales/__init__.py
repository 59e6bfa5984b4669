"""The rules of orders and sales, and the only writer of the sales ledger. Owner: sales-service."""
