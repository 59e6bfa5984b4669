"""The report on the wire, for the documentation: formats write it as bytes."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class CustomerOrderLine(BaseModel):
    """One line of an order; amounts in major units, exact decimals such as 249.99."""

    customer_id: int | None
    customer_name: str | None
    order_id: int
    order_date: datetime
    order_status: str
    order_total: float
    order_line_id: int
    product_id: int
    product_name: str
    quantity: int
    unit_price: float
    line_total: float
    currency: str


# The same report of one row in each format, by the names of the formats.
EXAMPLES: dict[str, Any] = {
    "json": [
        {
            "customer_id": 1,
            "customer_name": "Ann",
            "order_id": 3,
            "order_date": "2010-12-01T08:26:00Z",
            "order_status": "placed",
            "order_total": 499.85,
            "order_line_id": 7,
            "product_id": 2,
            "product_name": "Lamp, tall",
            "quantity": 2,
            "unit_price": 249.9,
            "line_total": 499.8,
            "currency": "GBP",
        }
    ],
    "ndjson": (
        '{"customer_id":1,"customer_name":"Ann","order_id":3,"order_date":"2010-12-01T08:26:00Z",'
        '"order_status":"placed","order_total":499.85,"order_line_id":7,"product_id":2,'
        '"product_name":"Lamp, tall","quantity":2,"unit_price":249.90,"line_total":499.80,'
        '"currency":"GBP"}\n'
        '{"rows":1,"total_cents":49980,'
        '"sha256":"6da00009c17365d7f9db4cf9f6a4b4466a1a1ce302cef957bfc30ccd3b84539c"}\n'
    ),
    "csv": (
        "customer_id,customer_name,order_id,order_date,order_status,order_total,order_line_id,"
        "product_id,product_name,quantity,unit_price,line_total,currency\r\n"
        '1,Ann,3,2010-12-01T08:26:00Z,placed,499.85,7,2,"Lamp, tall",2,249.90,499.80,GBP\r\n'
    ),
}
