"""The rules of stock, and the only writer of the stock ledger. Owner: products-service.

sales-service calls them inside its own transaction, so that an order and its stock are
saved together or not at all.
"""
