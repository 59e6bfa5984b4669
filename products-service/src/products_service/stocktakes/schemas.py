"""Stocktakes on the wire."""

from collections import Counter
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from common.schemas import MAX_UNITS, Body, Id, PastMoment, Record, Text200

MAX_LINES = 2000


class StocktakeLineOut(Record):
    """What was counted of a product, and what should have been there at that moment.

    The inventory transaction moved the difference.
    """

    product_id: int
    counted: int
    expected: int
    difference: int
    inventory_transaction_id: int


class StocktakeOut(Record):
    """A stocktake: when it was counted, and when it was written down."""

    id: int
    reason: str
    reference: str | None
    counted_at: datetime
    recorded_at: datetime
    lines: list[StocktakeLineOut]


class StocktakeLineIn(Body):
    """How many units of a product were on hand, promised ones among them."""

    read_only: ClassVar = {
        "expected": "is derived",
        "difference": "is derived",
        "inventory_transaction_id": "is given by Daybook",
    }

    product_id: Id
    counted: Annotated[int, Field(ge=0, le=MAX_UNITS, strict=True)]


def _each_once(lines: list[StocktakeLineIn]) -> list[StocktakeLineIn]:
    times = Counter(line.product_id for line in lines)
    if repeated := sorted(id_ for id_, count in times.items() if count > 1):
        told = ", ".join(map(str, repeated))
        raise PydanticCustomError(
            "repeated", "must name each product once; {told} stands twice", {"told": told}
        )
    return lines


class StocktakeIn(Body):
    """A stocktake: counted now, where it names no moment."""

    read_only: ClassVar = {"id": "never changes", "recorded_at": "is written by Daybook"}

    reason: Text200 = "stocktake"
    reference: Text200 | None = None
    counted_at: PastMoment | None = None
    lines: Annotated[
        list[StocktakeLineIn],
        Field(min_length=1, max_length=MAX_LINES),
        AfterValidator(_each_once),
    ]
