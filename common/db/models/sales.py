"""The sales ledger. Owner: sales-service; written by `common.sales` alone."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from common.db.base import Base, Identified
from common.db.types import characters


class Sale(Identified, Base):
    """What an order line earned, signed: rows are only ever added, one a line.

    Category, country and the product's name are those of the moment.
    """

    __tablename__ = "sales"
    __table_args__ = tuple(
        Index(None, column)
        for column in (
            *("product_id", "order_id", "customer_id", "country", "category"),
            *("quantity", "unit_price_cents", "total_cents", "kind", "sold_at"),
        )
    )

    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    product_name: Mapped[str] = mapped_column(characters(200))
    category: Mapped[str] = mapped_column(characters(40))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    country: Mapped[str | None] = mapped_column(characters(100))
    kind: Mapped[str] = mapped_column(characters(16))
    quantity: Mapped[int]
    unit_price_cents: Mapped[int]
    total_cents: Mapped[int]
    sold_at: Mapped[datetime]
