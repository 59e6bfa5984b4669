"""What may become of orders."""

from dataclasses import dataclass

from common.catalogue import prices
from common.db import shop
from common.db.models.orders import Order, OrderLine
from common.db.models.sales import Sale
from common.db.session import ReadSession, Session
from common.sales import placing
from common.sales.states import OrderKind, OrderStatus
from common.stock import lines
from common.stock.lines import LineMovement
from sales_service.orders import queries
from sales_service.orders.schemas import (
    ExplainedLineOut,
    OrderExplanationOut,
    OrderIn,
    OrderOut,
    OrderPatch,
    OrderReplacement,
)


@dataclass(frozen=True)
class _Entries:
    """What the ledgers have of a line, which is of a product that `holds_stock` or of none."""

    sale: Sale | None
    movement: LineMovement | None
    holds_stock: bool


def place(session: Session, body: OrderIn) -> Order:
    """A new order: unpaid and unfulfilled, its stock taken, its sales recorded."""
    return placing.place(session, body.wish())


def to_edit(session: Session, order_id: int) -> OrderOut:
    """The order, which nobody else edits until the transaction ends."""
    return record(session, queries.one_to_edit(session, order_id))


def relabel(session: Session, order_id: int, body: OrderReplacement) -> Order:
    """The order with another label; nothing else of a placed order is edited."""
    order = queries.one_to_edit(session, order_id)
    if isinstance(body, OrderPatch):
        body.refuse_changes(record(session, order))
    if "label" in body.model_fields_set or not isinstance(body, OrderPatch):
        order.label = body.label
    session.flush()  # for its new version
    return order


def record(session: ReadSession, order: Order) -> OrderOut:
    """The order as it is sent."""
    return OrderOut.of(order, shop.currency(session))


def explanation(session: ReadSession, order_id: int) -> OrderExplanationOut:
    """How the total of the order comes about; NotFound if there is none.

    The session sees one state of the database.
    """
    order = queries.one(session, order_id)
    sales = queries.sales_of(session, order_id)
    product_ids = {line.product_id for line in order.lines}
    movements = lines.movements_of(session, [line.id for line in order.lines])
    stocked = lines.stocked(session, product_ids)
    known = prices.prices_at(session, product_ids, order.order_date)
    entries = {
        line.id: _Entries(sales.get(line.id), movements.get(line.id), line.product_id in stocked)
        for line in order.lines
    }
    explained = [
        _explained(order, line, known.get(line.product_id), entries[line.id])
        for line in order.lines
    ]
    of_lines = sum(line.line_total_cents for line in order.lines)
    of_sales = sum(sale.total_cents for sale in sales.values())
    is_draft = order.status == OrderStatus.draft
    return OrderExplanationOut(
        order_id=order.id,
        number=str(order.number),
        kind=OrderKind(order.kind),
        status=OrderStatus(order.status),
        currency=shop.currency(session),
        order_date=order.order_date,
        lines=explained,
        sum_of_lines_cents=of_lines,
        total_cents=order.total_cents,
        sum_of_sales_cents=of_sales,
        agrees=all(line.agrees for line in explained)
        and order.total_cents == of_lines
        and of_sales == (0 if is_draft else of_lines),
    )


def _explained(
    order: Order, line: OrderLine, list_price: int | None, entries: _Entries
) -> ExplainedLineOut:
    sale, movement = entries.sale, entries.movement
    rounding = line.line_total_cents - line.quantity * line.unit_price_cents
    return ExplainedLineOut(
        id=line.id,
        product_id=line.product_id,
        product_name=line.product_name,
        quantity=line.quantity,
        unit_price_cents=line.unit_price_cents,
        rounding_cents=rounding,
        line_total_cents=line.line_total_cents,
        list_price_cents=list_price,
        at_list_price=None if list_price is None else list_price == line.unit_price_cents,
        sale_id=None if sale is None else sale.id,
        sale_total_cents=None if sale is None else sale.total_cents,
        inventory_transaction_id=None if movement is None else movement.id,
        change=None if movement is None else movement.change,
        # half a cent a unit, and half a cent of the line
        agrees=2 * abs(rounding) <= abs(line.quantity) + 1
        and _sale_agrees(order, line, sale)
        and _movement_agrees(order, line, entries),
    )


def _sale_agrees(order: Order, line: OrderLine, sale: Sale | None) -> bool:
    """As `common.checks` has it: the sale of a placed line equals it, and a draft has none."""
    if order.status == OrderStatus.draft:
        return sale is None
    return sale is not None and (
        *(sale.product_id, sale.product_name, sale.quantity, sale.unit_price_cents),
        *(sale.total_cents, sale.sold_at, sale.kind, sale.customer_id, sale.country),
    ) == (
        *(line.product_id, line.product_name, line.quantity, line.unit_price_cents),
        *(line.line_total_cents, order.order_date, order.kind, order.customer_id, order.country),
    )


def _movement_agrees(order: Order, line: OrderLine, entries: _Entries) -> bool:
    """As `common.checks` has it: what was placed of a stocked product moved, and nothing else."""
    movement = entries.movement
    if order.status == OrderStatus.draft or not entries.holds_stock:
        return movement is None
    return movement is not None and (
        (movement.product_id, movement.change, movement.effective_at)
        == (line.product_id, -line.quantity, order.order_date)
    )
