"""The report as lines of JSON (ndjson): an object a row, and a last line that proves them."""

import hashlib

import orjson

from gateway.customer_orders.formats.objects import objects
from gateway.customer_orders.formats.totals import Totals
from gateway.customer_orders.report import Report, Row
from gateway.streaming import Chunks


async def write_ndjson(report: Report) -> Chunks:
    """One chunk a batch, then the trailer, which a report that was cut does not have."""
    totals, digest = Totals(), hashlib.sha256(usedforsecurity=False)
    batches = report.batches()
    try:
        async for batch in batches:
            if batch:
                totals.count(batch)
                lines = _lines(batch, report.currency)
                digest.update(lines)
                yield lines
    finally:
        await batches.aclose()
    yield _line({"rows": totals.rows, "total_cents": totals.cents, "sha256": digest.hexdigest()})


def _lines(batch: list[Row], currency: str) -> bytes:
    return b"".join(map(_line, objects(batch, currency)))


def _line(told: dict[str, object]) -> bytes:
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)
