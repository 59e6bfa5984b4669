"""Contacts in SQL."""

from typing import Any

from sqlalchemy import Row, select

from common.db.lists import Listing, fetch
from common.db.models.customers import Contact
from common.db.session import EDITED, ReadSession, Session
from common.errors import NotFound
from common.listing.query import ListQuery, Page
from customers_service.contacts.schemas import ContactOut

FIELDS = {name: getattr(Contact, name) for name in ContactOut.model_fields}
_SEARCHED = ["address_line1", "address_line2", "city", "postal_code", "phone_number"]
LISTING = Listing.of("contacts", ContactOut, Contact.__table__, searched=_SEARCHED)


def page(session: ReadSession, query: ListQuery) -> Page[Row[*tuple[Any, ...]]]:
    """The rows of FIELDS, in their order, that `query` asks for."""
    return fetch(session, select(*FIELDS.values()), LISTING, query)


def find(session: ReadSession, contact_id: int) -> Contact:
    """The contact; else NotFound."""
    return _found(session.get(Contact, contact_id), contact_id)


def find_to_edit(session: Session, contact_id: int) -> Contact:
    """Like `find`; of two who edit at the same moment, the second waits here for the first."""
    return _found(session.get(Contact, contact_id, with_for_update=EDITED), contact_id)


def find_to_delete(session: Session, contact_id: int) -> Contact:
    """Like `find`, once nobody is just about to refer to it."""
    return _found(session.get(Contact, contact_id, with_for_update=True), contact_id)


def _found(contact: Contact | None, contact_id: int) -> Contact:
    if contact is None:
        raise NotFound.of("contact", [contact_id])
    return contact
