"""Orders in SQL."""

from typing import Any

from sqlalchemy import Row, literal, select
from sqlalchemy.orm import selectinload

from common.db.lists import Listing, fetch
from common.db.models.orders import Order
from common.db.session import ReadSession
from common.errors import NotFound
from common.listing import ListQuery, Page

_columns = Order.__table__.c
_FIELDS = {
    name: _columns[name]
    for name in (
        *("id", "number", "customer_id", "country", "kind", "corrects_order_id", "status"),
        *("payment_status", "fulfilment_status", "label", "order_date", "total_cents"),
        *("created_at", "updated_at", "version"),
    )
}


def page(session: ReadSession, query: ListQuery, currency: str) -> Page[Row[*tuple[Any, ...]]]:
    """Orders with their lines, each first in its row."""
    listing = Listing(
        fields=_FIELDS | {"currency": literal(currency)},
        id=_columns.id,
        folded={"number": _columns.number_folded},
        search=_columns.search,
    )
    return fetch(session, select(Order).options(selectinload(Order.lines)), listing, query)


def one(session: ReadSession, order_id: int) -> Order:
    """The order with its lines, or NotFound."""
    order = session.get(Order, order_id, options=[selectinload(Order.lines)])
    if order is None:
        raise NotFound.of("order", [order_id])
    return order
