"""A shop whose rows are hard to copy, and all rows of a shop, to be compared."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from common.db import files
from common.db.base import Base
from common.db.models.customers import Contact, Customer, Purchase
from common.db.models.imports import ImportRef
from common.db.session import Database
from common.importing.demo.writer import make_demo

Rows = dict[str, list[tuple[Any, ...]]]

MICROSECOND = datetime(2025, 6, 1, 8, 0, 0, 1, tzinfo=UTC)
LATE = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
# Composed and not, beyond the first plane, quoted, with blanks at both ends, as formats escape.
TEXTS = ["Café", "Cafe\u0301", "👩\u200d🚀 ß İ", "  tea ", "tea", "tea\n\t\\N '\"; --", "\\", ""]
MOST = 2**63 - 1


def contents(database: Database) -> Rows:
    """Every row of every table, in the order of the keys."""
    with database.reading() as session:
        return {
            table.name: [
                tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))
            ]
            for table in Base.metadata.sorted_tables
        }


def contents_of(file: Path) -> Rows:
    """The same of an SQLite file."""
    with files.opened(file) as database:
        return contents(database)


def furnish(database: Database, *, orders: int = 40) -> None:
    """Some trade, and what differs by database where nobody takes care. The checks hold."""
    make_demo(database, customers=10, orders=orders, seed=1)
    with database.transaction() as session:
        for place, text_ in enumerate(TEXTS):
            customer = Customer(name=text_ or "-", number=f"N{place}", address=text_)
            session.add(customer)
            session.flush()
            purchase = Purchase(customer_id=customer.id, purchase_name=text_ or "-", quantity=MOST)
            purchase.purchased_on, purchase.last_updated_on = MICROSECOND, LATE
            session.add(purchase)
            session.add(ImportRef(source="x", kind="other", key=text_, id=-MOST, digest=None))
        session.add(Contact(address_line1="long " * 40, city=None))
        # an order that corrects one which comes after it, and one that corrects itself
        last = "(SELECT latest FROM (SELECT max(id) AS latest FROM orders) AS found)"
        session.execute(text(f"UPDATE orders SET corrects_order_id = {last} WHERE id = 1"))
        session.execute(text("UPDATE orders SET corrects_order_id = id WHERE id = 2"))


def delete_the_last(database: Database) -> dict[str, int]:
    """Delete what had the highest number; these, by table."""
    with database.transaction() as session:
        gone = {}
        for model in (Contact, Purchase):
            row = session.execute(select(model).order_by(model.id.desc()).limit(1)).scalar_one()
            gone[model.__tablename__] = row.id
            session.delete(row)
    return gone


def next_numbers(database: Database) -> dict[str, int]:
    """Which numbers the tables give that rows are deleted from; adds these rows."""
    with database.transaction() as session:
        rows = [
            Contact(address_line1="Somewhere 1"),
            Purchase(customer_id=1, purchase_name="lamp", quantity=1),
        ]
        session.add_all(rows)
        session.flush()
        return {row.__tablename__: row.id for row in rows}
