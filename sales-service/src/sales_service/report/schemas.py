"""The batches of the report on the wire: arrays, for there are many of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Row

from common.errors import Invalid
from common.schemas import MAX_ID


@dataclass(frozen=True)
class Place:
    """The last row of a batch; `customer_id` is null once all customers are through."""

    customer_id: int | None
    order_id: int
    line_id: int


def batch(rows: Sequence[Row[*tuple[Any, ...]]], *, as_of: int, currency: str, more: bool) -> bytes:
    """JSON of {as_of, currency, rows, next}; `next` is null when the rows are all told."""
    last = rows[-1] if more else None
    following = None if last is None else f"{last[0] or ''}.{last[1]}.{last[5]}"
    told = {
        "as_of": as_of,
        "currency": currency,
        "rows": [tuple(row) for row in rows],
        "next": following,
    }
    return orjson.dumps(told, option=orjson.OPT_UTC_Z)


def place_of(cursor: str | None) -> Place | None:
    """The place that a `next` named; Invalid if it is none."""
    if cursor is None:
        return None
    customer, *rest = cursor.split(".")
    try:
        order_id, line_id = (int(part) for part in rest)
        place = Place(int(customer) if customer else None, order_id, line_id)
        if not all(0 <= part <= MAX_ID for part in (place.customer_id or 0, order_id, line_id)):
            raise ValueError
        return place
    except ValueError:
        raise Invalid({"cursor": "is not one that a batch gave"}) from None
