"""Totals are the sum of their lines, and states say what happened."""

from sqlalchemy import ColumnElement, and_, func, literal, not_, or_, select, union_all

from common.checks.invariant import Invariant
from common.db.models.customers import Customer
from common.db.models.orders import Order, OrderLine
from common.db.models.sales import Sale
from common.sales.states import FulfilmentStatus, OrderKind, OrderStatus, PaymentStatus

_lines = (
    select(OrderLine.order_id, func.sum(OrderLine.line_total_cents).label("total"))
    .group_by(OrderLine.order_id)
    .subquery()
)
_totals_that_differ = (
    select(Order.id, Order.total_cents, func.coalesce(_lines.c.total, 0))
    .outerjoin(_lines, _lines.c.order_id == Order.id)
    .where(or_(_lines.c.total.is_(None), Order.total_cents != _lines.c.total))
)

_placed = Order.status != OrderStatus.draft
_ledger_total = select(func.coalesce(func.sum(Sale.total_cents), 0)).scalar_subquery()
_order_total = (
    select(func.coalesce(func.sum(Order.total_cents), 0)).where(_placed).scalar_subquery()
)
_report_total = (
    select(func.coalesce(func.sum(OrderLine.line_total_cents), 0))
    .join(Order, Order.id == OrderLine.order_id)
    .where(_placed)
    .scalar_subquery()
)
_totals = select(
    _ledger_total.label("ledger"), _report_total.label("report"), _order_total.label("orders")
).subquery()


def _state(
    status: OrderStatus, payment: PaymentStatus, fulfilment: FulfilmentStatus
) -> ColumnElement[bool]:
    return and_(
        Order.status == status,
        Order.payment_status == payment,
        Order.fulfilment_status == fulfilment,
    )


# Payments and shipments are not kept yet, so an order is in one of three states.
_sound = or_(
    _state(OrderStatus.placed, PaymentStatus.unpaid, FulfilmentStatus.unfulfilled),
    and_(
        _state(OrderStatus.closed, PaymentStatus.paid, FulfilmentStatus.shipped),
        Order.kind != OrderKind.return_,
    ),
    and_(
        _state(OrderStatus.closed, PaymentStatus.refunded, FulfilmentStatus.shipped),
        Order.kind == OrderKind.return_,
    ),
)

_without_number = union_all(
    select(literal("order").label("kind"), Order.id).where(Order.number.is_(None)),
    select(literal("customer").label("kind"), Customer.id).where(Customer.number.is_(None)),
).subquery()

INVARIANTS = (
    Invariant(
        "each order's total is the sum of its lines",
        _totals_that_differ,
        "order {} has the total {}, its lines come to {}",
    ),
    Invariant(
        "sales ledger, report and orders come to one total",
        select(_totals.c.ledger, _totals.c.report, _totals.c.orders).where(
            or_(_totals.c.ledger != _totals.c.report, _totals.c.ledger != _totals.c.orders)
        ),
        "the sales ledger comes to {}, the report to {}, the orders to {}",
    ),
    Invariant(
        "the states of each order say what happened",
        select(Order.id, Order.status, Order.payment_status, Order.fulfilment_status).where(
            not_(_sound)
        ),
        "order {} is {}, {}, {}",
    ),
    Invariant(
        "every order and customer has its number",
        select(_without_number.c.kind, _without_number.c.id),
        "{} {} has no number",
    ),
)
