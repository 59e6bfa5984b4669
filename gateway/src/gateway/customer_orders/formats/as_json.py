"""The report as a JSON array of objects."""

import orjson

from gateway.customer_orders.formats.objects import objects
from gateway.customer_orders.report import Report
from gateway.streaming import Chunks


async def write_json(report: Report) -> Chunks:
    """One chunk a batch. The array is closed when all is there, so a cut one never parses."""
    opening = b"["
    batches = report.batches()
    try:
        async for batch in batches:
            if batch:
                yield opening + orjson.dumps(list(objects(batch, report.currency)))[1:-1]
                opening = b","
    finally:
        await batches.aclose()
    yield b"[]" if opening == b"[" else b"]"
