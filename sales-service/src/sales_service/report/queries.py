"""The rows of the customer-orders report: by customer, by order, by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from common.db import turns
from common.db.models.orders import Order, OrderLine
from common.db.session import ReadSession
from common.db.turns import Turn
from common.periods import Period
from common.sales.states import OrderStatus
from sales_service.report.schemas import Place

_order, _line = Order.__table__.c, OrderLine.__table__.c
_COLUMNS = (
    *(_order.customer_id, _order.id, _order.order_date, _order.status, _order.total_cents),
    *(_line.id, _line.product_id, _line.product_name, _line.quantity),
    *(_line.unit_price_cents, _line.line_total_cents),
)


@dataclass(frozen=True)
class Cut:
    """Which rows the report has: orders up to `as_of`, and of them these."""

    as_of: int
    period: Period
    customer_id: int | None
    statuses: Sequence[OrderStatus]
    kinds: Sequence[str]


def watermark(session: ReadSession) -> int:
    """The highest id of an order: a report is of the orders up to it."""
    return session.execute(select(func.coalesce(func.max(Order.id), 0))).scalar_one()


def settled_watermark(session: ReadSession) -> int:
    """The same, once no order with a lower id can come any more: ids are taken before commits."""
    turns.take(session, Turn.orders)
    return watermark(session)


def lines_after(
    session: ReadSession, cut: Cut, place: Place | None, limit: int
) -> list[Row[*tuple[Any, ...]]]:
    """At most `limit` rows after `place`; the orders without a customer come last."""
    rows: list[Row[*tuple[Any, ...]]] = []
    if place is None or place.customer_id is not None:
        named = _select(cut).where(_of_customers(cut, place))
        rows += session.execute(
            named.order_by(_order.customer_id, _order.id, _line.id).limit(limit)
        )
        place = None
    if len(rows) < limit and cut.customer_id is None:
        unnamed = _select(cut).where(_order.customer_id.is_(None))
        if place is not None:
            unnamed = unnamed.where(_beyond(place))
        rest = unnamed.order_by(_order.id, _line.id).limit(limit - len(rows))
        rows += session.execute(rest)
    return rows


def _select(cut: Cut) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = (
        select(*_COLUMNS)
        .join_from(Order, OrderLine, _line.order_id == _order.id)
        .where(_order.id <= cut.as_of, _order.status.in_(cut.statuses))
    )
    if cut.kinds:
        query = query.where(_order.kind.in_(cut.kinds))
    if cut.period.start is not None:
        query = query.where(_order.order_date >= cut.period.start)
    if cut.period.end is not None:
        query = query.where(_order.order_date < cut.period.end)
    return query


def _of_customers(cut: Cut, place: Place | None) -> ColumnElement[bool]:
    if cut.customer_id is not None:
        own = _order.customer_id == cut.customer_id
        return own if place is None else and_(own, _beyond(place))
    if place is None:
        return _order.customer_id.is_not(None)
    return and_(
        _order.customer_id >= place.customer_id,
        or_(_order.customer_id > place.customer_id, _beyond(place)),
    )


def _beyond(place: Place) -> ColumnElement[bool]:
    """In the expanded form: MySQL scans the index for the tuple form."""
    return and_(
        _order.id >= place.order_id,
        or_(_order.id > place.order_id, _line.id > place.line_id),
    )
