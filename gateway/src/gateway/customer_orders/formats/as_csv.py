"""The report as CSV (RFC 4180, UTF-8), with the header line."""

import csv
import io
from collections.abc import Iterator

from common.money import decimals
from gateway.customer_orders.formats.amounts import Amounts
from gateway.customer_orders.report import COLUMNS, Report, Row
from gateway.streaming import Chunks

# Spreadsheets take text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def write_csv(report: Report) -> Chunks:
    """One chunk a batch; the header line comes with the first, or alone."""
    places, buffer = decimals(report.currency), io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    batches = report.batches()
    try:
        async for batch in batches:
            writer.writerows(_cells(batch, report.currency, places))
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
        if header_alone := buffer.getvalue():
            yield header_alone.encode()
    finally:
        await batches.aclose()


def _cells(batch: list[Row], currency: str, places: int) -> Iterator[tuple[int | str | None, ...]]:
    amount = Amounts(places, str)
    for row in batch:
        yield (
            row[0],
            row[1] and _text(row[1]),
            *row[2:5],
            amount[row[5]],
            *row[6:8],
            _text(row[8]),
            row[9],
            amount[row[10]],
            amount[row[11]],
            currency,
        )


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
