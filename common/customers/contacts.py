"""Contacts are shared: several customers may be reached at one place."""

from collections.abc import Iterable

from sqlalchemy import delete, select, update

from common.db.models.customers import Contact, Customer, customer_contacts
from common.db.session import ReadSession, Session
from common.errors import NotFound


def named(session: ReadSession, ids: Iterable[int]) -> list[Contact]:
    """The contacts with these ids, each once; raises NotFound that names every missing one."""
    wanted = set(ids)
    if not wanted:
        return []
    found = session.scalars(select(Contact).where(Contact.id.in_(wanted)).order_by(Contact.id))
    contacts = list(found)
    missing = wanted - {contact.id for contact in contacts}
    if missing:
        raise NotFound.of("contact", missing, field="contact_ids")
    return contacts


def remove(session: Session, contact: Contact) -> None:
    """Delete a contact, and detach it from every customer: an edit of each of them."""
    links = customer_contacts.c
    holders = select(links.customer_id).where(links.contact_id == contact.id)
    session.execute(
        update(Customer)
        .where(Customer.id.in_(holders))
        .values(version=Customer.version + 1)
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(customer_contacts).where(links.contact_id == contact.id))
    session.delete(contact)
    session.flush()
