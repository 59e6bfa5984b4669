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


class StockMonth(Base):
    """What the ledger says that a product moved in a month of UTC, by `effective_at`.

    The level at an instant is the sum of the months before its own and of the movements in
    its own. There is a row for every month that has a movement, be it of 0 units.
    """

    __tablename__ = "stock_months"

    product_id: Mapped[int] = mapped_column(
        ForeignKey("products.id"), primary_key=True, autoincrement=False
    )
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # such as 202511
    change: Mapped[int]


class Stocktake(Identified, Base):
    """A count of several products at one moment: rows are only ever added.

    What was counted, and the difference that it made, stands in the ledger.
    """

    __tablename__ = "stocktakes"
    __table_args__ = tuple(
        Index(None, column) for column in ("reason", "reference", "counted_at", "recorded_at")
    )

    reason: Mapped[str] = mapped_column(characters(200))
    reference: Mapped[str | None] = mapped_column(characters(200))
    counted_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(default=now)


class InventoryTransaction(Identified, Base):
    """A movement of stock: rows are only ever added.

    `change` is what moved; `quantity` the level right after the row was recorded, null
    while the product is blocked, discontinued or deleted. `effective_at` is when it
    happened, `recorded_at` when it was written down. `counted` is how many were on hand,
    promised units among them, where a count made the row.
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
        Index(None, "stocktake_id"),
    )

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    change: Mapped[int]
    quantity: Mapped[int | None]
    reason: Mapped[str] = mapped_column(characters(200))
    reference: Mapped[str | None] = mapped_column(characters(200))
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_lines.id"), unique=True)
    effective_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    counted: Mapped[int | None]
    stocktake_id: Mapped[int | None] = mapped_column(ForeignKey("stocktakes.id"))
