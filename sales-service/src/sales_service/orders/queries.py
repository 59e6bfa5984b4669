"""Orders in SQL."""

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import selectinload

from common.db.lists import Listing, fetch
from common.db.models.orders import Order
from common.db.models.sales import Sale
from common.db.models.shop import Shop
from common.db.session import EDITED, ReadSession, Session
from common.errors import NotFound
from common.listing.query import ListQuery, Page
from sales_service.orders.schemas import OrderOut

_columns = Order.__table__.c
LISTING = Listing.of(
    "orders",
    OrderOut,
    Order.__table__,
    derived={"currency": select(Shop.currency).scalar_subquery()},
    folded={"number": _columns.number_folded},
    search=_columns.search,
)

_LINES = [selectinload(Order.lines)]


def page(session: ReadSession, query: ListQuery) -> Page[Row[*tuple[Any, ...]]]:
    """Orders with their lines, each first in its row."""
    return fetch(session, select(Order).options(*_LINES), LISTING, query)


def one(session: ReadSession, order_id: int) -> Order:
    """The order with its lines, or NotFound."""
    return _there(session.get(Order, order_id, options=_LINES), order_id)


def one_to_edit(session: Session, order_id: int) -> Order:
    """Like `one`; of two who edit at the same moment, the second waits here for the first."""
    order = session.get(Order, order_id, options=_LINES, with_for_update=EDITED)
    return _there(order, order_id)


def sales_of(session: ReadSession, order_id: int) -> dict[int, Sale]:
    """The sales of the order, by the ids of its lines."""
    query = select(Sale).where(Sale.order_id == order_id)
    return {sale.order_line_id: sale for sale in session.scalars(query)}


def _there(order: Order | None, order_id: int) -> Order:
    if order is None:
        raise NotFound.of("order", [order_id])
    return order
