"""The rows as JSON objects, for the formats that are made of them."""

from collections.abc import Iterator
from typing import Any

import orjson

from common.money import decimals
from gateway.customer_orders.formats.amounts import Amounts
from gateway.customer_orders.report import Row


def objects(batch: list[Row], currency: str) -> Iterator[dict[str, Any]]:
    """What orjson writes of each row; amounts are numbers made from whole minor units."""
    amount = Amounts(decimals(currency), orjson.Fragment)
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
    ) in batch:
        yield {
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
