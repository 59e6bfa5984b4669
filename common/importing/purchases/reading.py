"""The two tables, and what a row of each says. Times without an offset are UTC."""

from zoneinfo import ZoneInfo

from common.importing.records import cells
from common.importing.records.shapes import Kind, SourceCustomer, SourcePurchase
from common.importing.records.tables import Row, SourceTable

CUSTOMERS = SourceTable(Kind.customers, ("customer",), ("id",), ("name", "address", "created_on"))
PURCHASES = SourceTable(
    *(Kind.purchases, ("purchases",)),
    *(("id", "customer_id", "quantity"), ("purchase_name", "purchased_on", "last_updated_on")),
)
_UTC = ZoneInfo("UTC")


def customer(row: Row) -> SourceCustomer:
    """A customer, whose e-mail address nobody knows."""
    id_, name, address, created_on = row
    return SourceCustomer(
        key=cells.key(id_, "id"),
        name=cells.text(name, "name", 200),
        address=cells.text_or_none(address, "address", 500),
        email=None,
        created=cells.moment_or_none(created_on, "created_on", _UTC),
    )


def purchase(row: Row) -> SourcePurchase:
    """A note of what a customer bought."""
    id_, customer_id, quantity, name, purchased_on, last_updated_on = row
    return SourcePurchase(
        key=cells.key(id_, "id"),
        customer=cells.key(customer_id, "customer_id"),
        name=cells.text(name, "purchase_name", 200),
        quantity=cells.units(quantity, "quantity"),
        purchased=cells.moment(purchased_on, "purchased_on", _UTC),
        updated=cells.moment_or_none(last_updated_on, "last_updated_on", _UTC),
    )
