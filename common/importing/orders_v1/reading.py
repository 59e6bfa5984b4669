"""The four tables, and what a row of each says. Times without an offset are UTC."""

from zoneinfo import ZoneInfo

from common.importing.records import cells
from common.importing.records.running import Reading
from common.importing.records.shapes import (
    Kind,
    SourceCustomer,
    SourceLine,
    SourceOrder,
    SourceProduct,
)
from common.importing.records.tables import Row, SourceTable

USERS = SourceTable(Kind.customers, ("users",), ("id",), ("email", "full_name", "created_at"))
PRODUCTS = SourceTable(Kind.products, ("products",), ("id", "price_cents"), ("name",))
ORDERS = SourceTable(Kind.orders, ("orders",), ("id", "user_id"), ("status", "created_at"))
ITEMS = SourceTable(
    *(Kind.lines, ("order_items",)),
    *(("id", "order_id", "product_id", "quantity", "price_cents_at_purchase"), ()),
)
_UTC = ZoneInfo("UTC")


def readings() -> list[Reading]:
    """How the four tables are read."""
    return [
        Reading(USERS, user),
        Reading(PRODUCTS, product),
        Reading(ORDERS, order),
        Reading(ITEMS, item),
    ]


def user(row: Row) -> SourceCustomer:
    """A user is a customer."""
    id_, email, full_name, created_at = row
    return SourceCustomer(
        key=cells.key(id_, "id"),
        name=cells.text(full_name, "full_name", 200),
        address=None,
        email=cells.email_or_none(email, "email"),
        created=cells.moment_or_none(created_at, "created_at", _UTC),
    )


def product(row: Row) -> SourceProduct:
    """A product of which no stock is known."""
    id_, price, name = row
    return SourceProduct(
        key=cells.key(id_, "id"),
        name=cells.text(name, "name", 200),
        price=cells.cents(price, "price_cents"),
        level=None,
    )


def order(row: Row) -> SourceOrder:
    """An order, whose status is in words of its own."""
    id_, user_id, status, created_at = row
    return SourceOrder(
        key=cells.key(id_, "id"),
        customer=cells.key_or_none(user_id, "user_id"),
        moment=cells.moment(created_at, "created_at", _UTC),
        label=cells.text_or_none(status, "status", 200),
        total=None,
    )


def item(row: Row) -> SourceLine:
    """A line at the price of its moment."""
    id_, order_id, product_id, quantity, price = row
    units = cells.units(quantity, "quantity")
    cents = cells.cents(price, "price_cents_at_purchase")
    return SourceLine(
        key=cells.key(id_, "id"),
        parent=cells.key(order_id, "order_id"),
        product=cells.key(product_id, "product_id"),
        quantity=units,
        price=cents,
        total=cells.bounded(units * cents, "quantity times price_cents_at_purchase"),
    )
