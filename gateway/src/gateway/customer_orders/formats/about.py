"""The last sheet of a workbook: what was asked for, and what the sheets before it add up to."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, TypeAlias

from common.money import major_text
from common.web.app import VERSION
from gateway.customer_orders.formats.cells import (
    LARGEST_EXACT,
    Layout,
    sound_text,
    whole,
)
from gateway.customer_orders.formats.totals import Totals
from gateway.customer_orders.report import Report

SHEET = "About"
WIDTHS = (30.0, 48.0)  # of labels and values, in characters


class Fact(NamedTuple):
    """A row of the sheet; numbers have a format, in Excel's language."""

    label: str
    value: str | int | float
    number_format: str | None = None


# The facts once the rows are counted. Labels and formats are the same before.
Facts: TypeAlias = Callable[[Totals], list[Fact]]


def facts(report: Report, layout: Layout, made_at: datetime, totals: Totals) -> list[Fact]:
    """The rows of the sheet, of which the first is its heading; `made_at` is in UTC."""
    return [
        Fact("Report", "Customer orders"),
        *_query(report),
        Fact("Watermark (highest order id)", whole(report.as_of), "0"),
        Fact("Rows", totals.rows, "0"),
        Fact("Total", _major(totals.cents, layout.places), layout.formats["line_total"]),
        Fact("Currency", report.currency),
        Fact("Made at", f"{made_at:%Y-%m-%d %H:%M:%S} UTC"),
        Fact("Times in the sheets", "Times are UTC"),
        Fact("Made by", f"Daybook {VERSION}"),
    ]


def _query(report: Report) -> list[Fact]:
    """The filters in the words in which they were asked."""
    customer = report.customer

    def asked(name: str, absent: str) -> str:
        values = [value for word, value in report.filters if word == name]
        return sound_text(", ".join(values)) if values else absent

    return [
        Fact("Customer", sound_text(f"{customer.name} (id {customer.id})") if customer else "All"),
        Fact("From (inclusive)", asked("from", "The first order")),
        Fact("To (exclusive)", asked("to", "The last order")),
        Fact("Time zone of from and to", asked("tz", "The shop's")),
        Fact("Status", asked("status", "All")),
        Fact("Kind", asked("kind", "All")),
    ]


def _major(cents: int, places: int) -> float | str:
    """Excel's numbers are floats: beyond 2^53 only text keeps every digit."""
    return cents / 10**places if abs(cents) <= LARGEST_EXACT else major_text(cents, places)
