"""Orders on the wire."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

from pydantic import Field

from common.db.models.orders import Order
from common.sales.placing import LineWish, OrderWish
from common.sales.states import FulfilmentStatus, OrderKind, OrderStatus, PaymentStatus
from common.schemas import (
    READ_ONLY,
    Body,
    Cents,
    EditableRecord,
    Id,
    PastMoment,
    Record,
    Text100,
    Text200,
    Units,
)

MAX_LINES = 2000


class OrderLineOut(Record):
    """A line with the SKU, the name and the price of the moment it was placed."""

    id: int
    product_id: int
    sku: str
    product_name: str
    quantity: int
    unit_price_cents: int
    line_total_cents: int


class OrderOut(EditableRecord):
    """An order and its lines."""

    number: str
    customer_id: int | None
    country: str | None
    kind: OrderKind
    corrects_order_id: int | None
    status: OrderStatus
    payment_status: PaymentStatus
    fulfilment_status: FulfilmentStatus
    label: str | None
    currency: str
    order_date: datetime
    total_cents: int
    lines: list[OrderLineOut]

    @classmethod
    def of(cls, order: Order, currency: str) -> Self:
        """The record of an order whose lines are loaded."""
        columns = {name: getattr(order, name) for name in cls.model_fields if name != "currency"}
        return cls.model_validate(columns | {"currency": currency})


class ExplainedLineOut(Record):
    """A line, how its total comes about, and what it wrote into the two ledgers.

    Quantity times unit price and `rounding_cents`, which only imports of prices with fractions of
    a cent have, come to the total.
    `list_price_cents` is what the product cost at the order's date, null where that is not
    known; a draft has neither sale nor movement, and a service's line no movement. It `agrees` if
    whatever else it must have is there, of the same product, quantity, price and time.
    """

    id: int
    product_id: int
    product_name: str
    quantity: int
    unit_price_cents: int
    rounding_cents: int
    line_total_cents: int
    list_price_cents: int | None
    at_list_price: bool | None
    sale_id: int | None
    sale_total_cents: int | None
    inventory_transaction_id: int | None
    change: int | None
    agrees: bool


class OrderExplanationOut(Record):
    """How the total of an order comes about.

    It `agrees` if each line does, and lines, order and sales come to one sum.
    """

    order_id: int
    number: str
    kind: OrderKind
    status: OrderStatus
    currency: str
    order_date: datetime
    lines: list[ExplainedLineOut]
    sum_of_lines_cents: int
    total_cents: int
    sum_of_sales_cents: int
    agrees: bool


class LineIn(Body):
    """What is wanted; without a price of its own, at the product's."""

    read_only: ClassVar = {
        "id": "never changes",
        "sku": "is the product's",
        "product_name": "is the product's",
        "line_total_cents": "is quantity times price",
    }

    product_id: Id
    quantity: Units
    unit_price_cents: Cents | None = None


_DERIVED = READ_ONLY | {
    "number": "is given by Daybook",
    "kind": "never changes",
    "corrects_order_id": "never changes",
    "status": "is kept by what happens to the order",
    "payment_status": "is kept by payments",
    "fulfilment_status": "is kept by shipments",
    "currency": "is the shop's",
    "total_cents": "is the sum of the lines",
}


class OrderIn(Body):
    """An order to be placed: at the product's prices, and now, where it names none."""

    read_only: ClassVar = _DERIVED

    customer_id: Id | None = None
    country: Text100 | None = None
    label: Text200 | None = None
    order_date: PastMoment | None = None
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=MAX_LINES)]

    def wish(self) -> OrderWish:
        """The order in the words of the rules."""
        lines = [LineWish(**line.model_dump()) for line in self.lines]
        return OrderWish(lines, **self.model_dump(exclude={"lines"}))


class OrderReplacement(Body):
    """What can be edited of a placed order: its label."""

    read_only: ClassVar = _DERIVED | {
        "customer_id": "never changes; a correcting order does",
        "country": "never changes; a correcting order does",
        "order_date": "never changes; a correcting order does",
        "lines": "never change; a correcting order does",
    }

    label: Text200 | None = None


class OrderPatch(OrderReplacement):
    """What is to change of a placed order."""
