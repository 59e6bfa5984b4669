"""Purchases in SQL."""

from typing import Any

from sqlalchemy import Row, exists, select

from common.db.lists import Listing, fetch
from common.db.models.customers import Customer, Purchase
from common.db.session import ReadSession, Session
from common.errors import NotFound
from common.listing.query import ListQuery, Page
from customers_service.purchases.schemas import PurchaseOut

FIELDS = {name: getattr(Purchase, name) for name in PurchaseOut.model_fields}
LISTING = Listing.of("purchases", PurchaseOut, Purchase.__table__, searched=["purchase_name"])


def page(
    session: ReadSession, query: ListQuery, *, customer_id: int | None = None
) -> Page[Row[*tuple[Any, ...]]]:
    """The rows of FIELDS, in their order, that `query` asks for, of one customer or of all."""
    chosen = select(*FIELDS.values())
    if customer_id is not None:
        chosen = chosen.where(Purchase.customer_id == customer_id)
    return fetch(session, chosen, LISTING, query)


def refuse_unknown_customer(session: ReadSession, customer_id: int) -> None:
    """Raise NotFound unless there is such a customer."""
    if not session.scalar(select(exists().where(Customer.id == customer_id))):
        raise NotFound.of("customer", [customer_id])


def find(session: ReadSession, purchase_id: int) -> Purchase:
    """The purchase; else NotFound."""
    return _found(session.get(Purchase, purchase_id), purchase_id)


def find_to_edit(session: Session, purchase_id: int) -> Purchase:
    """Like `find`; of two who edit at the same moment, the second waits here for the first."""
    return _found(session.get(Purchase, purchase_id, with_for_update=True), purchase_id)


def _found(purchase: Purchase | None, purchase_id: int) -> Purchase:
    if purchase is None:
        raise NotFound.of("purchase", [purchase_id])
    return purchase
