"""What stands in the cells of a workbook, whichever library writes it."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

from gateway.customer_orders.formats.totals import Totals
from gateway.customer_orders.report import Row

Cells: TypeAlias = tuple[int | float | str | datetime | None, ...]
# Gives the batches of the report from the first on, as often as it is called.
Ask: TypeAlias = Callable[[], AbstractContextManager[Iterator[list[Row]]]]

DATES = ("order_date",)
AMOUNTS = ("order_total", "unit_price", "line_total")
IDS = ("customer_id", "order_id", "order_line_id", "product_id")
# In characters; Excel shows ##### where a date does not fit.
WIDTHS = {"customer_name": 24.0, "order_date": 19.0, "product_name": 36.0}
DATE_FORMAT = "yyyy-mm-dd hh:mm:ss"
LARGEST_EXACT = 2**53

_LONGEST_TEXT = 32_767  # in UTF-16 units, and no library counts so
_ILLEGAL_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Layout:
    """How the sheets look: the currency with its decimals, and the rows that one sheet holds."""

    currency: str
    places: int
    rows_per_sheet: int

    @cached_property
    def formats(self) -> dict[str, str]:
        """The number formats of the columns that need one, in Excel's language."""
        amount = f"0.{'0' * self.places}" if self.places else "0"
        return (
            dict.fromkeys(DATES, DATE_FORMAT)
            | dict.fromkeys(AMOUNTS, amount)
            | dict.fromkeys(IDS, "0")  # else a long one is shown as 1.2E+11
        )


def sheet_name(number: int) -> str:
    """The name of the first, second ... sheet."""
    return "Customer orders" if number == 1 else f"Customer orders {number}"


def cells(batches: Iterable[list[Row]], layout: Layout, totals: Totals) -> Iterator[Cells]:
    """The cells of each row in the order of COLUMNS; times are UTC, which cells cannot say.

    `totals` counts each batch before its first row is given.
    """
    units, currency = 10**layout.places, layout.currency
    for batch in batches:
        totals.count(batch)
        for row in batch:
            yield (
                row[0] and whole(row[0]),
                row[1] and sound_text(row[1]),
                whole(row[2]),
                datetime.fromisoformat(row[3]).replace(tzinfo=None),
                row[4],
                row[5] / units,
                whole(row[6]),
                whole(row[7]),
                sound_text(row[8]),
                row[9],
                row[10] / units,
                row[11] / units,
                currency,
            )


def whole(number: int) -> int | str:
    """Excel's numbers are floats: beyond 2^53 only text keeps every digit."""
    return str(number) if number > LARGEST_EXACT else number


def sound_text(text: str) -> str:
    """The text as a cell can hold it: without what XML forbids, and not too long."""
    sound = _ILLEGAL_IN_XML.sub("", text)
    if 2 * len(sound) > _LONGEST_TEXT:
        return sound.encode("utf-16-le")[: 2 * _LONGEST_TEXT].decode("utf-16-le", "ignore")
    return sound
