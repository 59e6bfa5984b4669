"""Orders. Owner: sales-service; its rules are `common.sales`."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.db.base import Base, Editable, Identified
from common.db.types import characters
from common.text import fold, searchable


class Order(Editable, Base):
    """An entry of the shop: what was ordered, returned or corrected, at its own date.

    Of a placed order only the three states and the label ever change. What is to be
    undone is undone by an order of its own, with signed quantities, that names the one it
    corrects.
    """

    __tablename__ = "orders"
    __table_args__ = tuple(
        Index(None, column)
        for column in (
            *("number", "customer_id", "country", "kind", "corrects_order_id"),
            *("status", "payment_status", "fulfilment_status", "label", "order_date"),
            *("total_cents", "created_at", "updated_at"),
        )
    )

    number: Mapped[str | None] = mapped_column(characters(64))  # null only until it is generated
    number_folded: Mapped[str | None] = mapped_column(characters(192), unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    country: Mapped[str | None] = mapped_column(characters(100))
    kind: Mapped[str] = mapped_column(characters(16))  # sale, return, cancellation, ...
    corrects_order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    status: Mapped[str] = mapped_column(characters(16))
    payment_status: Mapped[str] = mapped_column(characters(16))
    fulfilment_status: Mapped[str] = mapped_column(characters(16))
    label: Mapped[str | None] = mapped_column(characters(200))
    search: Mapped[str | None] = mapped_column(characters(800))  # number and label, folded
    order_date: Mapped[datetime]
    total_cents: Mapped[int]

    lines: Mapped[list["OrderLine"]] = relationship(lazy="raise", order_by="OrderLine.id")


class OrderLine(Identified, Base):
    """What was ordered, under the name, the SKU and the price of that moment."""

    __tablename__ = "order_lines"
    __table_args__ = (
        # All that the report tells of an order's lines, so that it reads them side by side.
        Index(
            "ix_order_lines_report",
            *("order_id", "id", "product_id", "product_name", "quantity"),
            *("unit_price_cents", "line_total_cents"),
        ),
        Index(None, "product_id"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    sku: Mapped[str] = mapped_column(characters(64))
    product_name: Mapped[str] = mapped_column(characters(200))
    quantity: Mapped[int]
    unit_price_cents: Mapped[int]
    line_total_cents: Mapped[int]


@event.listens_for(Order, "before_insert")
@event.listens_for(Order, "before_update")
def _derive_keys(_mapper: Any, _connection: Any, order: Order) -> None:
    order.number_folded = None if order.number is None else fold(order.number)
    order.search = searchable(order.number, order.label)
