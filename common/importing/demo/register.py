"""Write the customers of a sample shop, with their contacts and what they noted."""

from array import array
from collections.abc import Callable, Iterator, MutableSequence, Sequence
from datetime import timedelta
from typing import NamedTuple

from common.db import bulk
from common.db.models.customers import Contact, Customer, Purchase
from common.db.session import Session
from common.importing.demo.orders import START
from common.importing.demo.people import DemoCustomer
from common.importing.demo.shop import DemoProduct
from common.importing.demo.words import LANDS

_AT_ONCE = 500
_NOON = timedelta(hours=12)


class Buyers(NamedTuple):
    """Of each customer, by place: the id, and the place of the country."""

    ids: MutableSequence[int]
    lands: bytearray


def write_customers(
    session: Session,
    found: Iterator[DemoCustomer],
    products: Sequence[DemoProduct],
    product_ids: Sequence[int],
    done: Callable[[int], None],
) -> Buyers:
    """Write them in batches, of which none is kept but who they are to the orders."""
    buyers = Buyers(array("q"), bytearray())
    home: Contact | None = None
    for batch in bulk.batches(found, _AT_ONCE):
        rows = []
        for known in batch:
            contacts = _contacts(known, home)
            home = contacts[0]
            rows.append(_customer(known, contacts))
        session.add_all(rows)
        session.flush()  # for their ids
        buyers.ids.extend(row.id for row in rows)
        buyers.lands.extend(known.land for known in batch)
        for known, row in zip(batch, rows, strict=True):
            session.add_all(_purchases(known, row.id, products, product_ids))
        session.flush()
        session.expunge_all()  # else they pile up
        done(len(batch))
    return buyers


def _contacts(known: DemoCustomer, home: Contact | None) -> list[Contact]:
    """The contacts of a customer, the first one perhaps that of the customer before."""
    shared = [home] if known.shares and home is not None else []
    return shared + [Contact(**own._asdict()) for own in known.contacts[len(shared) :]]


def _customer(known: DemoCustomer, contacts: list[Contact]) -> Customer:
    return Customer(
        number=known.number,
        name=f"{known.first_name} {known.last_name}",
        first_name=known.first_name,
        last_name=known.last_name,
        username=known.login,
        email=known.email,
        address=known.address,
        country=LANDS[known.land].country,
        contacts=contacts,
    )


def _purchases(
    known: DemoCustomer,
    customer_id: int,
    products: Sequence[DemoProduct],
    product_ids: Sequence[int],
) -> list[Purchase]:
    return [
        Purchase(
            customer_id=customer_id,
            purchase_name=products[place].name,
            quantity=quantity,
            product_id=product_ids[place],
            purchased_on=START + timedelta(days=day) + _NOON,
        )
        for place, quantity, day in known.noted
    ]
