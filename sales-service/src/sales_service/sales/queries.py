"""Sales in SQL."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, case, distinct, func, select

from common.db.functions import quarter_hour
from common.db.lists import Listing, conditions, fetch
from common.db.models.catalogue import Product
from common.db.models.sales import Sale
from common.db.session import ReadSession
from common.errors import NotFound
from common.listing.query import ListQuery, Page
from common.periods import Period
from sales_service.sales.schemas import SaleOut

_columns = Sale.__table__.c
LISTING = Listing.of("sales", SaleOut, Sale.__table__, searched=["product_name"])


def page(session: ReadSession, query: ListQuery) -> Page[Row[*tuple[Any, ...]]]:
    """Sales, each first in its row."""
    return fetch(session, select(Sale), LISTING, query)


def one(session: ReadSession, sale_id: int) -> Sale:
    """The sale, or NotFound."""
    sale = session.get(Sale, sale_id)
    if sale is None:
        raise NotFound.of("sale", [sale_id])
    return sale


def of_order(session: ReadSession, order_id: int) -> Sale:
    """The sale of an order of one line."""
    return session.execute(select(Sale).where(Sale.order_id == order_id)).scalar_one()


def sums(
    session: ReadSession,
    dimensions: Sequence[str],
    period: Period,
    query: ListQuery,
    *,
    by_quarter: bool,
) -> Iterator[Row[*tuple[Any, ...]]]:
    """Rows of the dimensions, then the quarter of an hour if asked for, then the sums.

    An order has one date and one country, so its quarter holds all of it: distinct orders
    add up over quarters.
    """
    groups: list[ColumnElement[Any]] = [_columns[name] for name in dimensions]
    if by_quarter:
        groups.append(quarter_hour(_columns.sold_at))
    orders = func.count(distinct(case((_columns.kind == "sale", _columns.order_id))))
    select_ = select(*groups, func.sum(_columns.total_cents), func.sum(_columns.quantity), orders)
    select_ = select_.where(*conditions(LISTING, query))
    if period.start is not None:
        select_ = select_.where(_columns.sold_at >= period.start)
    if period.end is not None:
        select_ = select_.where(_columns.sold_at < period.end)
    if groups:
        select_ = select_.group_by(*groups)
    yield from session.execute(select_)


def product_names(session: ReadSession) -> dict[int, str]:
    """The names of all products, deleted ones too."""
    return {row.id: row.name for row in session.execute(select(Product.id, Product.name))}
