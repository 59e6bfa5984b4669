"""The stock ledger. Owner: products-service; written by `common.stock` alone."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from common.db.base import Base, Identified
from common.db.types import characters
from common.times import now


class StockLevel(Base):
    """How many of a stocked product can be sold: the sum of its movements."""

    __tablename__ = "stock_levels"
    __table_args__ = (CheckConstraint("quantity >= 0", name="not_negative"),)

    product_id: Mapped[int] = mapped_column(
        ForeignKey("products.id"), primary_key=True, autoincrement=False
    )
    quantity: Mapped[int]


class InventoryTransaction(Identified, Base):
    """A movement of stock: rows are only ever added.

    `change` is what moved; `quantity` the level right after the row was recorded, null
    while the product is blocked, discontinued or deleted. `effective_at` is when it
    happened, `recorded_at` when it was written down.
    """

    __tablename__ = "inventory_transactions"
    __table_args__ = (
        Index(None, "product_id"),
        Index(None, "change"),
        Index(None, "quantity"),
        Index(None, "reason"),
        Index(None, "reference"),
        Index(None, "effective_at"),
        Index(None, "recorded_at"),
    )

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    change: Mapped[int]
    quantity: Mapped[int | None]
    reason: Mapped[str] = mapped_column(characters(200))
    reference: Mapped[str | None] = mapped_column(characters(200))
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_lines.id"), unique=True)
    effective_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(default=now)
