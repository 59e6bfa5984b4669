"""Levels on the wire."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from common.schemas import Record


class InventoryOut(Record):
    """What there was of a product at an instant: what could be sold, also while it was blocked.

    Price, cost and values are those of the instant; SKU, name and category the present ones.
    A value is null without a cost, and where 63 bits would not hold it.
    """

    id: int
    product_id: int
    sku: str
    name: str
    category_id: int
    quantity: int
    price_cents: int
    cost_cents: int | None
    currency: str
    value_at_price_cents: int | None
    value_at_cost_cents: int | None
    as_of: datetime

    @classmethod
    def of(cls, row: Sequence[Any], as_of: datetime) -> "InventoryOut":
        """The record of a row that begins with the other members in their order."""
        told = dict(zip(_COLUMNS, row, strict=False))
        return cls.model_construct(**told, as_of=as_of)


_COLUMNS = [name for name in InventoryOut.model_fields if name != "as_of"]


class ReasonOut(Record):
    """All movements of a product for one reason."""

    reason: str
    movements: int
    change: int


class MovementOut(Record):
    """A movement, and the order that made it."""

    id: int
    change: int
    quantity: int | None
    reason: str
    reference: str | None
    order_id: int | None
    order_number: str | None
    counted: int | None
    effective_at: datetime
    recorded_at: datetime


class AllocationOut(Record):
    """Units that a placed order awaits."""

    order_id: int
    number: str
    order_date: datetime
    quantity: int


class CountOut(Record):
    """The last count: `id` is that of its inventory transaction."""

    id: int
    counted: int
    stocktake_id: int | None
    reason: str
    effective_at: datetime
    recorded_at: datetime


class ExplanationOut(Record):
    """How the level of a product came about.

    The changes of `movements_by_reason` come to `quantity`, and this with what is allocated to
    `on_hand`. It `agrees` if `level`, from which sales are taken, is the same as `quantity`. Of the
    allocations those of the oldest orders are told, and how many there are.
    """

    product_id: int
    sku: str
    name: str
    quantity: int
    level: int | None
    agrees: bool
    allocated: int
    on_hand: int
    movements: int
    movements_by_reason: list[ReasonOut]
    recent_movements: list[MovementOut]
    allocation_count: int
    allocations: list[AllocationOut]
    last_count: CountOut | None
