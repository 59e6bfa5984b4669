"""What is done with contacts; the rules themselves are `common.customers`."""

from collections.abc import Mapping
from typing import Any

from common.customers import contacts as rules
from common.db.models.customers import Contact
from common.db.session import ReadSession, Session
from common.listing.query import ListQuery, Page
from customers_service.contacts import queries
from customers_service.contacts.schemas import ContactIn, ContactOut, ContactPatch


def page(session: ReadSession, query: ListQuery) -> Page[ContactOut]:
    """The contacts that `query` asks for."""
    found = queries.page(session, query)
    records = [ContactOut(**dict(zip(queries.FIELDS, row, strict=False))) for row in found.rows]
    return Page(records, found.start, found.total, found.next_cursor)


def get(session: ReadSession, contact_id: int) -> ContactOut:
    """The contact; else NotFound."""
    return ContactOut.model_validate(queries.find(session, contact_id))


def create(session: Session, body: ContactIn) -> ContactOut:
    """Add a contact, which no customer has yet."""
    contact = Contact(**body.model_dump())
    session.add(contact)
    session.flush()
    return ContactOut.model_validate(contact)


def to_edit(session: Session, contact_id: int) -> ContactOut:
    """The contact, which nobody else edits until the transaction ends."""
    return ContactOut.model_validate(queries.find_to_edit(session, contact_id))


def replace(session: Session, contact_id: int, body: ContactIn) -> ContactOut:
    """Put the body in place of the contact."""
    contact = queries.find_to_edit(session, contact_id)
    return _apply(session, contact, body.model_dump())


def edit(session: Session, contact_id: int, body: ContactPatch) -> ContactOut:
    """Change what was sent of the contact."""
    contact = queries.find_to_edit(session, contact_id)
    body.refuse_changes(ContactOut.model_validate(contact))
    return _apply(session, contact, body.model_dump(exclude_unset=True))


def delete(session: Session, contact_id: int) -> ContactOut:
    """Delete the contact, detach it from its customers, and return it as it was."""
    contact = queries.find_to_delete(session, contact_id)
    record = ContactOut.model_validate(contact)
    rules.remove(session, contact)
    return record


def _apply(session: Session, contact: Contact, changes: Mapping[str, Any]) -> ContactOut:
    for field, value in changes.items():
        setattr(contact, field, value)
    session.flush()
    return ContactOut.model_validate(contact)
