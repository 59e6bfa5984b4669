"""What a row of each table says. Amounts are floats in major units of the shop's currency."""

from functools import partial
from zoneinfo import ZoneInfo

from common.importing.four_databases.files import CUSTOMERS, LINES, ORDERS, PRODUCTS
from common.importing.records import cells
from common.importing.records.running import Reading
from common.importing.records.shapes import (
    SourceCustomer,
    SourceLine,
    SourceOrder,
    SourceProduct,
)
from common.importing.records.tables import Row


def readings(zone: ZoneInfo, places: int) -> list[Reading]:
    """How the four tables are read: times of `zone`, amounts of so many decimals."""
    return [
        Reading(CUSTOMERS, customer),
        Reading(PRODUCTS, partial(product, places=places)),
        Reading(ORDERS, partial(order, zone=zone, places=places)),
        Reading(LINES, partial(line, places=places)),
    ]


def customer(row: Row) -> SourceCustomer:
    """A customer, whose e-mail address nobody knows."""
    customer_id, name, address = row
    return SourceCustomer(
        key=cells.key(customer_id, "customer_id"),
        name=cells.text(name, "name", 200),
        address=cells.text_or_none(address, "address", 500),
        email=None,
        created=None,
    )


def product(row: Row, *, places: int) -> SourceProduct:
    """A product; its quantity is today's level."""
    product_id, quantity, price, name = row
    return SourceProduct(
        key=cells.key(product_id, "product_id"),
        name=cells.text(name, "product_name", 200),
        price=cells.amount(price, "price", places),
        level=cells.units(quantity, "quantity", least=0),
    )


def order(row: Row, *, zone: ZoneInfo, places: int) -> SourceOrder:
    """An order, perhaps nobody's."""
    order_id, customer_id, total, date = row
    return SourceOrder(
        key=cells.key(order_id, "order_id"),
        customer=cells.key_or_none(customer_id, "customer_id"),
        moment=cells.moment(date, "order_date", zone),
        label=None,
        total=cells.amount(total, "order_total", places),
    )


def line(row: Row, *, places: int) -> SourceLine:
    """A line; its price is what its total comes to for one, rounded half up."""
    line_id, order_id, product_id, quantity, line_total = row
    units = cells.units(quantity, "quantity")
    total = cells.amount(line_total, "line_total", places)
    return SourceLine(
        key=cells.key(line_id, "order_line_id"),
        parent=cells.key(order_id, "order_id"),
        product=cells.key(product_id, "product_id"),
        quantity=units,
        price=(2 * total + units) // (2 * units),
        total=total,
    )
