"""The stock ledger in SQL."""

from typing import Any

from sqlalchemy import Row, select

from common.db.lists import Listing, fetch
from common.db.models.catalogue import Product
from common.db.models.inventory import InventoryTransaction
from common.db.session import ReadSession
from common.errors import NotFound
from common.listing.query import ListQuery, Page
from products_service.inventory.schemas import InventoryTransactionOut

LISTING = Listing.of(
    "inventory-transactions",
    InventoryTransactionOut,
    InventoryTransaction.__table__,
    searched=["reason", "reference"],
)


def page(
    session: ReadSession, query: ListQuery, product_id: int | None = None
) -> Page[Row[*tuple[Any, ...]]]:
    """Transactions of all products or of one, each first in its row.

    NotFound if there never was such a product; those of a deleted one are still readable.
    """
    select_ = select(InventoryTransaction)
    if product_id is not None:
        if session.get(Product, product_id) is None:
            raise NotFound.of("product", [product_id])
        select_ = select_.where(InventoryTransaction.product_id == product_id)
    return fetch(session, select_, LISTING, query)


def one(session: ReadSession, transaction_id: int) -> InventoryTransaction:
    """The transaction, or NotFound."""
    transaction = session.get(InventoryTransaction, transaction_id)
    if transaction is None:
        raise NotFound.of("inventory transaction", [transaction_id])
    return transaction
