"""`daybook status`: which shop this is."""

from collections.abc import Iterator

from sqlalchemy import Table, func, select

from common.db.identity import recognise
from common.db.schema import TABLES
from common.db.session import Database, ReadSession
from common.db.shop import is_founded, the_shop
from common.db.upgrade import pending
from common.settings import get_settings
from common.web.app import VERSION
from daybook.database import ELSEWHERE, name_of, told_plainly
from daybook.failures import CommandFailed
from daybook.opening import opened
from daybook.terminal import say

# The tables that people know, and what they call the rows.
_KNOWN = {
    "products": "products",
    "customers": "customers",
    "orders": "orders",
    "order_lines": "order lines",
    "sales": "sales",
    "inventory_transactions": "stock movements",
}
_ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB"}


def status() -> None:
    """Tell the version, the database, the shop and how much it holds. Changes nothing."""
    with opened(get_settings()) as database, told_plainly(database):
        lines = list(_lines(database))
    for line in lines:
        say(line)


def _lines(database: Database) -> Iterator[str]:
    revision, name = recognise(database), name_of(database)
    if pending(database):
        raise CommandFailed(
            f"{name} is of an older version, with the schema {revision}: `daybook start` and"
            " `daybook check` bring it to that of this Daybook."
        )
    with database.reading() as session:
        if not is_founded(session):
            raise CommandFailed(f"{name} holds no shop. {ELSEWHERE}")
        shop = the_shop(session)
        facts = {
            "Daybook": VERSION,
            "Database": name,
            "Engine": _engine(session),
            "Schema": revision,
            "Shop": shop.name,
            "Currency": shop.currency,
            "Time zone": shop.time_zone,
        }
        width = max(map(len, facts)) + 2
        yield from (f"{fact:<{width}}{told}" for fact, told in facts.items())
        tables = {table.name: table for table in TABLES}
        for known, rows in _KNOWN.items():
            yield f"{_count(session, tables[known]):>14,} {rows}"


def _engine(session: ReadSession) -> str:
    dialect = session.connection().dialect
    assert dialect.server_version_info is not None  # it is connected
    return f"{_ENGINES[dialect.name]} {'.'.join(map(str, dialect.server_version_info))}"


def _count(session: ReadSession, table: Table) -> int:
    """Without the records that people deleted, which stay for their history."""
    query = select(func.count()).select_from(table)
    if "deleted_at" in table.c:
        query = query.where(table.c.deleted_at.is_(None))
    return session.execute(query).scalar_one()
