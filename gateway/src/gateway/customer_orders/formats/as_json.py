"""The report as a JSON array of objects."""

import orjson

from common.money import decimals
from gateway.customer_orders.formats.amounts import Amounts
from gateway.customer_orders.report import Report, Row
from gateway.streaming import Chunks


async def write_json(report: Report) -> Chunks:
    """One chunk a batch. The array is closed when all is there, so a cut one never parses."""
    places, opening = decimals(report.currency), b"["
    batches = report.batches()
    try:
        async for batch in batches:
            if batch:
                yield opening + _objects(batch, report.currency, places)[1:-1]
                opening = b","
    finally:
        await batches.aclose()
    yield b"[]" if opening == b"[" else b"]"


def _objects(batch: list[Row], currency: str, places: int) -> bytes:
    """The batch as an array, its amounts numbers made from whole minor units."""
    amount = Amounts(places, orjson.Fragment)
    return orjson.dumps(
        [
            {
                "customer_id": customer_id,
                "customer_name": customer_name,
                "order_id": order_id,
                "order_date": order_date,
                "order_status": status,
                "order_total": amount[total],
                "order_line_id": line_id,
                "product_id": product_id,
                "product_name": product_name,
                "quantity": quantity,
                "unit_price": amount[price],
                "line_total": amount[line_total],
                "currency": currency,
            }
            for (
                customer_id,
                customer_name,
                order_id,
                order_date,
                status,
                total,
                line_id,
                product_id,
                product_name,
                quantity,
                price,
                line_total,
            ) in batch
        ]
    )
