"""Who buys. Owner: customers-service; its rules are `common.customers`."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Table, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.db.base import NUMBERED_ONCE, Base, Editable
from common.db.types import Key, characters
from common.text import fold, searchable
from common.times import now

customer_contacts = Table(
    "customer_contacts",
    Base.metadata,
    Column("customer_id", Key, ForeignKey("customers.id"), primary_key=True),
    Column("contact_id", Key, ForeignKey("contacts.id"), primary_key=True, index=True),
)


class Contact(Editable, Base):
    """A place and a telephone where customers are reached; several may share it."""

    __tablename__ = "contacts"
    __table_args__ = NUMBERED_ONCE

    address_line1: Mapped[str] = mapped_column(characters(200))
    address_line2: Mapped[str | None] = mapped_column(characters(200))
    city: Mapped[str | None] = mapped_column(characters(100))
    state: Mapped[str | None] = mapped_column(characters(100))
    postal_code: Mapped[str | None] = mapped_column(characters(20))
    country: Mapped[str | None] = mapped_column(characters(100))
    phone_number: Mapped[str | None] = mapped_column(characters(40))


class Customer(Editable, Base):
    """A person or a firm that buys."""

    __tablename__ = "customers"
    __table_args__ = (
        *(
            Index(None, column)
            for column in (
                *("number", "name", "first_name", "last_name", "username", "email"),
                *("country", "address", "created_at", "updated_at"),
            )
        ),
        NUMBERED_ONCE,
    )

    number: Mapped[str | None] = mapped_column(characters(64))  # null only until it is generated
    number_folded: Mapped[str | None] = mapped_column(characters(192), unique=True)
    name: Mapped[str] = mapped_column(characters(200))
    first_name: Mapped[str | None] = mapped_column(characters(100))
    last_name: Mapped[str | None] = mapped_column(characters(100))
    username: Mapped[str | None] = mapped_column(characters(64))
    username_folded: Mapped[str | None] = mapped_column(characters(192), unique=True)
    email: Mapped[str | None] = mapped_column(characters(254))
    email_folded: Mapped[str | None] = mapped_column(characters(762), unique=True)
    password_hash: Mapped[str | None] = mapped_column(characters(200))
    address: Mapped[str | None] = mapped_column(characters(500))
    country: Mapped[str | None] = mapped_column(characters(100))
    search: Mapped[str] = mapped_column(characters(2000))

    contacts: Mapped[list[Contact]] = relationship(
        secondary=customer_contacts, lazy="raise", order_by=Contact.id
    )


@event.listens_for(Customer, "before_insert")
@event.listens_for(Customer, "before_update")
def _derive_keys(_mapper: Any, _connection: Any, customer: Customer) -> None:
    customer.number_folded = _key(customer.number)
    customer.username_folded = _key(customer.username)
    customer.email_folded = _key(customer.email)
    customer.search = searchable(customer.number, customer.name, customer.email, customer.username)


def _key(text: str | None) -> str | None:
    return None if text is None else fold(text)


class Purchase(Editable, Base):
    """A free note of what a customer bought; it moves no stock and is no sale."""

    __tablename__ = "purchases"
    __table_args__ = (
        *(
            Index(None, column)
            for column in (
                *("customer_id", "product_id", "purchase_name", "quantity"),
                *("purchased_on", "last_updated_on"),
            )
        ),
        NUMBERED_ONCE,
    )

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    purchase_name: Mapped[str] = mapped_column(characters(200))
    quantity: Mapped[int]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    purchased_on: Mapped[datetime] = mapped_column(default=now)
    last_updated_on: Mapped[datetime | None]
