"""The stock ledger on the wire."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from common.schemas import MAX_UNITS, Body, Id, PastMoment, Record, Text200

Change = Annotated[int, Field(ge=-MAX_UNITS, le=MAX_UNITS, strict=True)]
Count = Annotated[int, Field(ge=0, le=MAX_UNITS, strict=True)]


def _not_zero(change: int) -> int:
    if change == 0:
        raise PydanticCustomError("no_change", "must not be 0")
    return change


class InventoryTransactionOut(Record):
    """A movement of stock.

    `quantity` is the level right after it was recorded, null while the product is blocked,
    discontinued or deleted; `effective_at` when it happened, `recorded_at` when it was written.
    """

    id: int
    product_id: int
    change: int
    quantity: int | None
    reason: str
    reference: str | None
    effective_at: datetime
    recorded_at: datetime


class AdjustmentIn(Body):
    """What moved outside of orders, or how many were counted on the shelf."""

    read_only: ClassVar = {}

    product_id: Id
    change: Annotated[Change, AfterValidator(_not_zero)] | None = None
    counted: Count | None = None
    reason: Text200
    reference: Text200 | None = None
    effective_at: PastMoment | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.change is None) == (self.counted is None):
            raise PydanticCustomError("one_way", "must name either change or counted")
        return self
