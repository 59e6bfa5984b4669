"""What there is in a shop, row by row."""

from typing import Any

from sqlalchemy import select, text

from common.db.base import Base
from common.db.models.customers import Customer
from common.db.session import Database

# Of a new product, the first price is of the time at which it was written.
WRITTEN_AT = {"created_at", "updated_at", "recorded_at", "product_prices.effective_at"}
Row = dict[str, Any]


def contents(database: Database, leave_out: set[str] = WRITTEN_AT) -> dict[str, list[Row]]:
    """Every row of every table, without the times at which it was written."""
    found = {}
    with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            columns = [c for c in table.c if not {c.name, f"{table.name}.{c.name}"} & leave_out]
            query = select(*columns).order_by(*table.primary_key.columns)
            found[table.name] = [dict(row) for row in session.execute(query).mappings()]
    return found


def counted(database: Database, model: Any) -> int:
    with database.reading() as session:
        return len(session.execute(select(*model.__table__.primary_key.columns)).all())


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.reading() as session:
        return [tuple(row) for row in session.execute(text(query))]


def a_customer(database: Database) -> None:
    with database.transaction() as session:
        session.add(Customer(name="Ada", number="1"))
