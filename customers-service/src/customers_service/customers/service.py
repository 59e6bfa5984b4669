"""What is done with customers; the rules themselves are `common.customers`."""

from typing import Any

from common.customers import customers as rules
from common.db.models.customers import Customer
from common.db.session import ReadSession, Session
from common.listing.query import ListQuery, Page
from customers_service.customers import queries
from customers_service.customers.schemas import CustomerIn, CustomerOut, CustomerPatch

_APART = {"password", "contact_ids"}  # what is no column under its name


def page(session: ReadSession, query: ListQuery) -> Page[CustomerOut]:
    """The customers that `query` asks for."""
    found = queries.page(session, query)
    rows = [dict(zip(queries.FIELDS, row, strict=False)) for row in found.rows]
    contact_ids = queries.contact_ids_of(session, [row["id"] for row in rows])
    records = [CustomerOut(**row, contact_ids=contact_ids[row["id"]]) for row in rows]
    return Page(records, found.start, found.total, found.next_cursor)


def get(session: ReadSession, customer_id: int) -> CustomerOut:
    """The customer; else NotFound."""
    return _record(queries.find(session, customer_id))


def create(session: Session, body: CustomerIn, hashed: str | None) -> CustomerOut:
    """Register the customer; `hashed` is the hash of the body's password."""
    customer = Customer(**body.model_dump(exclude=_APART), password_hash=hashed)
    rules.register(session, customer, body.contact_ids)
    return _record(customer)


def to_edit(session: Session, customer_id: int) -> CustomerOut:
    """The customer, which nobody else edits until the transaction ends."""
    return _record(queries.find_to_edit(session, customer_id))


def replace(
    session: Session, customer_id: int, body: CustomerIn, hashed: str | None
) -> CustomerOut:
    """Put the body in place of the customer; without a number or a password, it keeps its own."""
    customer = queries.find_to_edit(session, customer_id)
    fields = body.model_dump(exclude=_APART)
    fields["name"] = rules.name_from(body.name, body.first_name, body.last_name)
    if body.number is None:
        del fields["number"]
    rules.change(session, customer, fields | _secret(hashed), body.contact_ids)
    return _record(customer)


def edit(
    session: Session, customer_id: int, body: CustomerPatch, hashed: str | None
) -> CustomerOut:
    """Change what was sent of the customer."""
    customer = queries.find_to_edit(session, customer_id)
    body.refuse_changes(_record(customer))
    fields = body.model_dump(exclude_unset=True, exclude=_APART)
    contact_ids = body.contact_ids if "contact_ids" in body.model_fields_set else None
    rules.change(session, customer, fields | _secret(hashed), contact_ids)
    return _record(customer)


def delete(session: Session, customer_id: int) -> CustomerOut:
    """Delete the customer and return it as it was; raises InUse."""
    customer = queries.find_to_delete(session, customer_id)
    record = _record(customer)
    rules.remove(session, customer)
    return record


def _secret(hashed: str | None) -> dict[str, Any]:
    return {} if hashed is None else {"password_hash": hashed}


def _record(customer: Customer) -> CustomerOut:
    fields = {name: getattr(customer, name) for name in queries.FIELDS}
    return CustomerOut(**fields, contact_ids=sorted(c.id for c in customer.contacts))
