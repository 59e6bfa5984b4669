"""Customers in SQL."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import selectinload

from common.db.lists import Listing, fetch
from common.db.models.customers import Customer, customer_contacts
from common.db.session import EDITED, ReadSession, Session
from common.errors import NotFound
from common.listing.query import ListQuery, Page
from customers_service.customers.schemas import CustomerOut

FIELDS = {
    name: getattr(Customer, name)
    for name in CustomerOut.model_fields
    if name != "contact_ids"  # it is no column: see `contact_ids_of`
}
LISTING = Listing.of(
    "customers",
    CustomerOut,
    Customer.__table__,
    folded={
        "number": Customer.number_folded.expression,
        "username": Customer.username_folded.expression,
        "email": Customer.email_folded.expression,
    },
    search=Customer.search.expression,
)


def page(session: ReadSession, query: ListQuery) -> Page[Row[*tuple[Any, ...]]]:
    """The rows of FIELDS, in their order, that `query` asks for."""
    return fetch(session, select(*FIELDS.values()), LISTING, query)


def contact_ids_of(session: ReadSession, customer_ids: Iterable[int]) -> dict[int, list[int]]:
    """The ids of the contacts of each of these customers, ascending, for all by one query."""
    found: dict[int, list[int]] = {id_: [] for id_ in customer_ids}
    links = customer_contacts.c
    rows = session.execute(
        select(links.customer_id, links.contact_id)
        .where(links.customer_id.in_(found))
        .order_by(links.customer_id, links.contact_id)
    )
    for customer_id, contact_id in rows:
        found[customer_id].append(contact_id)
    return found


def find(session: ReadSession, customer_id: int) -> Customer:
    """The customer with its contacts; else NotFound."""
    chosen = select(Customer).where(Customer.id == customer_id)
    return _one(session, chosen, customer_id)


def find_to_edit(session: Session, customer_id: int) -> Customer:
    """Like `find`; of two who edit at the same moment, the second waits here for the first."""
    chosen = select(Customer).where(Customer.id == customer_id).with_for_update(**EDITED)
    return _one(session, chosen, customer_id)


def find_to_delete(session: Session, customer_id: int) -> Customer:
    """Like `find`, once nobody is just about to refer to it."""
    chosen = select(Customer).where(Customer.id == customer_id).with_for_update()
    return _one(session, chosen, customer_id)


def _one(session: ReadSession, chosen: Any, customer_id: int) -> Customer:
    customer = session.scalars(chosen.options(selectinload(Customer.contacts))).one_or_none()
    if customer is None:
        raise NotFound.of("customer", [customer_id])
    assert isinstance(customer, Customer)
    return customer
