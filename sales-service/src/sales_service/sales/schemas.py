"""Sales on the wire."""

from datetime import datetime
from typing import ClassVar

from common.catalogue.categories import CategoryName
from common.sales.placing import LineWish, OrderWish
from common.sales.states import OrderKind
from common.schemas import Body, Cents, Id, PastMoment, Record, Text100, Units


class SaleOut(Record):
    """What one order line earned, signed; category, country and name are of its moment."""

    id: int
    product_id: int
    product_name: str
    order_id: int
    order_line_id: int
    customer_id: int | None
    country: str | None
    category: CategoryName
    quantity: int
    unit_price_cents: int
    total_cents: int
    kind: OrderKind
    sold_at: datetime


class SaleIn(Body):
    """A product that was sold over the counter: paid and taken along."""

    read_only: ClassVar = {
        "id": "never changes",
        "product_name": "is the product's",
        "order_id": "is given by Daybook",
        "order_line_id": "is given by Daybook",
        "category": "is the product's",
        "total_cents": "is quantity times price",
        "kind": "is sale",
    }

    product_id: Id
    quantity: Units
    unit_price_cents: Cents | None = None
    customer_id: Id | None = None
    country: Text100 | None = None
    sold_at: PastMoment | None = None

    def wish(self) -> OrderWish:
        """The order of one line that the sale is."""
        line = LineWish(self.product_id, self.quantity, self.unit_price_cents)
        return OrderWish(
            [line],
            customer_id=self.customer_id,
            country=self.country,
            order_date=self.sold_at,
        )


class SummaryRow(Record):
    """Sums of sales. Of the dimensions, those that were asked for are there.

    `revenue_cents` and `units` are signed sums of all kinds; `orders` counts the distinct
    orders of kind sale.
    """

    product_id: int = 0
    product_name: str = ""
    category: str = ""
    country: str | None = None
    hour: str = ""
    day: str = ""
    week: str = ""
    month: str = ""
    year: str = ""
    revenue_cents: int
    units: int
    orders: int
