"""Write orders of the past with their lines and sales, many at once, as an import found them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from common.db import bulk
from common.db.models.orders import Order, OrderLine
from common.db.models.sales import Sale
from common.db.session import Session
from common.sales.numbering import number_of
from common.sales.states import FulfilmentStatus, OrderKind, OrderStatus, PaymentStatus
from common.text import fold, searchable

_ORDER = (
    *("id", "number", "number_folded", "customer_id", "country", "kind", "corrects_order_id"),
    *("status", "payment_status", "fulfilment_status", "label", "search", "order_date"),
    *("total_cents", "created_at", "updated_at", "version"),
)
_LINE = (
    *("id", "order_id", "product_id", "sku", "product_name", "quantity"),
    *("unit_price_cents", "line_total_cents"),
)
_SALE = (
    *("id", "order_line_id", "order_id", "product_id", "product_name", "category"),
    *("customer_id", "country", "kind", "quantity", "unit_price_cents", "total_cents", "sold_at"),
)
Row: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PastLine:
    """A line at the price and under the names of its moment; signed.

    `id` is its own, where it keeps one that nothing else has.
    """

    product_id: int
    sku: str
    product_name: str
    category: str
    quantity: int
    unit_price_cents: int
    line_total_cents: int
    id: int | None = None


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order that is closed, paid (a return: refunded) and shipped at its date.

    Without a number it gets the one that Daybook makes. `id` as in PastLine.
    """

    number: str | None
    kind: OrderKind
    customer_id: int | None
    country: str | None
    order_date: datetime
    lines: Sequence[PastLine]
    label: str | None = None
    id: int | None = None


class OrderHistory:
    """Appends past orders. Orders and lines are numbered without gaps in their order.

    Those that bring ids of their own keep them; the others are numbered after the highest.
    """

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._stored = bulk.moments(session)
        self._now = self._stored(now)
        self.first_order_id = bulk.first_free_id(session, Order)
        self.first_line_id = bulk.first_free_id(session, OrderLine)
        self._sale_id = bulk.first_free_id(session, Sale)
        self._order_id, self._line_id = self.first_order_id, self.first_line_id
        self._orders: list[Row] = []
        self._lines: list[Row] = []
        self._sales: list[Row] = []

    def append(self, orders: Iterable[PastOrder]) -> Iterator[int]:
        """Write the orders; yields, now and then, how many lines more have been written."""
        for order in orders:
            self._take(order)
            if len(self._lines) >= bulk.BATCH:
                yield self._flush()
        yield self._flush()

    def _take(self, order: PastOrder) -> None:
        moment = self._stored(order.order_date)
        order_id = self._order_id if order.id is None else order.id
        self._orders.append(self._order_row(order, order_id, moment))
        for line in order.lines:
            line_id = self._line_id if line.id is None else line.id
            self._lines.append(self._line_row(line, line_id, order_id))
            self._sales.append(self._sale_row(order, line, line_id, order_id, moment))
            self._line_id = max(self._line_id, line_id + 1)
            self._sale_id += 1
        self._order_id = max(self._order_id, order_id + 1)

    def _flush(self) -> int:
        written = len(self._lines)
        bulk.write(self._session, Order, _ORDER, self._orders)
        bulk.write(self._session, OrderLine, _LINE, self._lines)
        bulk.write(self._session, Sale, _SALE, self._sales)
        for rows in (self._orders, self._lines, self._sales):
            rows.clear()
        return written

    def _order_row(self, order: PastOrder, order_id: int, moment: Any) -> Row:
        """In the order of _ORDER."""
        returned = order.kind is OrderKind.return_
        number = order.number or number_of(order_id)
        folded = fold(number)
        search = folded if order.label is None else searchable(number, order.label)
        return (
            *(order_id, number, folded, order.customer_id, order.country),
            *(order.kind.value, None, OrderStatus.closed.value),
            (PaymentStatus.refunded if returned else PaymentStatus.paid).value,
            *(FulfilmentStatus.shipped.value, order.label, search, moment),
            sum(line.line_total_cents for line in order.lines),
            *(self._now, self._now, 1),
        )

    def _line_row(self, line: PastLine, line_id: int, order_id: int) -> Row:
        """In the order of _LINE."""
        return (
            *(line_id, order_id, line.product_id, line.sku, line.product_name),
            *(line.quantity, line.unit_price_cents, line.line_total_cents),
        )

    def _sale_row(
        self, order: PastOrder, line: PastLine, line_id: int, order_id: int, moment: Any
    ) -> Row:
        """In the order of _SALE."""
        return (
            *(self._sale_id, line_id, order_id, line.product_id),
            *(line.product_name, line.category, order.customer_id, order.country),
            *(order.kind.value, line.quantity, line.unit_price_cents, line.line_total_cents),
            moment,
        )
