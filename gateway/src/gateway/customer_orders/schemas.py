"""The report on the wire, for the documentation: formats write it as bytes."""

from datetime import datetime

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
