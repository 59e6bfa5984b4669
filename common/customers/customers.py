"""Customers: what names them, what must be theirs alone, and when they may go."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from sqlalchemy import bindparam, exists, func, select, update

from common.customers import contacts
from common.db.models.customers import Customer, Purchase
from common.db.models.orders import Order
from common.db.session import ReadSession, Session
from common.errors import Duplicate, InUse, Invalid
from common.text import fold
from common.times import now

LONGEST_NAME = 200
# Numbers that Daybook gives begin so, and no others do: the two never meet.
_OURS = "C-"
_KEYS = {
    "number": Customer.number_folded,
    "username": Customer.username_folded,
    "email": Customer.email_folded,
}


def name_from(name: str | None, first_name: str | None, last_name: str | None) -> str:
    """The name to be stored: the one given, else the first and the last name; else Invalid."""
    found = name or _joined(first_name, last_name)
    if not found:
        raise Invalid({"name": "is required, or a first or a last name"})
    return found


def register(session: Session, customer: Customer, contact_ids: Iterable[int] = ()) -> None:
    """Add a new customer, and give it a name and a number where it has none.

    Raises Invalid, Duplicate, and NotFound for contacts. Two who register the same key at
    the same moment on a server meet in the unique index instead: an IntegrityError.
    """
    customer.name = name_from(customer.name, customer.first_name, customer.last_name)
    _refuse_ours(customer.number)
    _refuse_taken(session, {field: getattr(customer, field) for field in _KEYS})
    customer.contacts = contacts.named(session, contact_ids)
    session.add(customer)
    session.flush()
    if customer.number is None:
        _give_number(session, customer)


def register_all(session: Session, customers: Sequence[Customer]) -> None:
    """Add many customers without numbers and contacts, whose other keys are known to be free.

    They are numbered as by `register`, in a few statements.
    """
    if not customers:
        return
    session.add_all(customers)
    session.flush()
    wished = {f"{_OURS}{customer.id}": customer for customer in customers}
    query = select(Customer.number_folded).where(Customer.number_folded.in_(map(fold, wished)))
    taken = set(session.scalars(query))
    table = Customer.__table__
    statement = (
        update(Customer)
        .where(table.c.id == bindparam("customer"))
        .values({name: bindparam(name) for name in _numbered(customers[0], "")})
    )
    rows = [
        {"customer": customer.id, **_numbered(customer, number)}
        for number, customer in wished.items()
        if fold(number) not in taken
    ]
    session.connection().execute(statement, rows)
    for number, customer in wished.items():
        if fold(number) in taken:
            _give_number(session, customer)


def change(
    session: Session,
    customer: Customer,
    changes: Mapping[str, Any],
    contact_ids: Iterable[int] | None = None,
) -> None:
    """Apply changes by field; `contact_ids` None leaves the contacts, which must be loaded."""
    wanted = dict(changes)
    if wanted.get("number") != customer.number:
        _refuse_ours(wanted.get("number"))
    wanted.setdefault("name", _name_after(customer, wanted))
    _refuse_taken(session, wanted, besides=customer.id)
    if contact_ids is not None:
        _attach(session, customer, set(contact_ids))
    for field, value in wanted.items():
        setattr(customer, field, value)
    session.flush()


def remove(session: Session, customer: Customer) -> None:
    """Delete a customer, whose contacts stay; raises InUse if orders or purchases name it."""
    named_by = {
        "orders": _rows(session, Order.customer_id, customer.id),
        "purchases": _rows(session, Purchase.customer_id, customer.id),
    }
    if any(named_by.values()):
        told = " and ".join(f"{kind} ({rows})" for kind, rows in named_by.items() if rows)
        raise InUse(f"The customer is named by {told}.", named_by=named_by)
    session.delete(customer)
    session.flush()


def _joined(first_name: str | None, last_name: str | None) -> str:
    joined = " ".join(part.strip() for part in (first_name, last_name) if part)
    return joined[:LONGEST_NAME]  # two of the longest and the blank are one character more


def _name_after(customer: Customer, changes: Mapping[str, Any]) -> str:
    """A name that was made of first and last name follows them; one that was given stays."""
    first, last = customer.first_name, customer.last_name
    if customer.name != _joined(first, last):
        return customer.name
    followed = _joined(changes.get("first_name", first), changes.get("last_name", last))
    return followed or customer.name


def _attach(session: Session, customer: Customer, wanted: set[int]) -> None:
    if wanted == {contact.id for contact in customer.contacts}:
        return
    customer.contacts = contacts.named(session, wanted)
    customer.updated_at = now()  # else the customer's own row would not change, nor its version


def _refuse_ours(number: str | None) -> None:
    if number is not None and fold(number).startswith(fold(_OURS)):
        raise Invalid({"number": f"must not begin with {_OURS}: such numbers are given by Daybook"})


def _refuse_taken(
    session: ReadSession, wanted: Mapping[str, str | None], *, besides: int | None = None
) -> None:
    """Tells of all keys at once. `besides` is the customer who may have them."""
    sent = {field: value for field in _KEYS if (value := wanted.get(field)) is not None}
    taken = [field for field, value in sent.items() if _is_taken(session, field, value, besides)]
    if taken:
        raise Duplicate(
            f"Another customer has this {' and this '.join(taken)}.",
            errors=dict.fromkeys(taken, "is already taken"),
        )


def _is_taken(session: ReadSession, field: str, value: str, besides: int | None = None) -> bool:
    found = exists().where(_KEYS[field] == fold(value))
    if besides is not None:
        found = found.where(Customer.id != besides)
    return bool(session.scalar(select(found)))


def _give_number(session: Session, customer: Customer) -> None:
    """By a statement and not by the attribute: that would be an edit, and count as one."""
    wished = f"{_OURS}{customer.id}"
    others = (f"{wished}-{place}" for place in count(2))
    number = wished
    while _is_taken(session, "number", number):
        number = next(others)
    session.execute(
        update(Customer).where(Customer.id == customer.id).values(**_numbered(customer, number))
    )


def _numbered(customer: Customer, number: str) -> dict[str, Any]:
    """What is written of a customer who gets the number."""
    return {
        "number": number,
        "number_folded": fold(number),
        "search": f"{fold(number)}\n{customer.search}",
        "updated_at": customer.updated_at,
    }


def _rows(session: ReadSession, column: Any, customer_id: int) -> int:
    return session.execute(select(func.count()).where(column == customer_id)).scalar_one()
