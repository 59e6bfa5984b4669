"""Whether a database holds a shop, and of which schema; nothing is made in it."""

from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, inspect, select

from common.db.models.shop import Shop
from common.db.schema import BESIDE_THE_SCHEMA, SCHEMA, TABLES
from common.db.session import Database
from common.db.shop import is_founded
from common.db.upgrade import DatabaseIsForeign, pending, upgrade_to


class DatabaseIsEmpty(Exception):
    """The database holds no shop: no tables, or none that were ever made use of."""


def recognise(database: Database) -> str:
    """The revision of the schema of the shop in the database, which may be an older one.

    Raises DatabaseIsEmpty, DatabaseIsForeign and DatabaseIsNewer.
    """
    with database.reading() as session:
        connection = session.connection()
        revision = _revision(connection)
        if revision is None:
            ours = SCHEMA | BESIDE_THE_SCHEMA
            foreign = set(inspect(connection).get_table_names()) - ours
            raise DatabaseIsForeign if foreign else DatabaseIsEmpty
    pending(database)  # raises what is newer
    return revision


def accept(database: Database) -> None:
    """Bring an older shop to the schema of this program, and make sure that it is one.

    Makes no copy. Raises as `recognise`.
    """
    recognise(database)
    if pending(database):
        upgrade_to(database, "head")
    with database.reading() as session:
        if not _fits(session.connection()):
            raise DatabaseIsForeign
        if not is_founded(session):
            raise DatabaseIsEmpty


def holds_records(database: Database) -> bool:
    """Whether the shop has any record beside its own row."""
    with database.reading() as session:
        return any(
            session.execute(select(*table.primary_key).limit(1)).first()
            for table in TABLES
            if table is not Shop.__table__
        )


def _revision(connection: Connection) -> str | None:
    try:
        return MigrationContext.configure(connection).get_current_revision()
    except CommandError:  # several at once: Alembic can, Daybook does not
        raise DatabaseIsForeign from None


def _fits(connection: Connection) -> bool:
    """Whether every column is there: others number their schemas, too."""
    found = inspect(connection)
    present = set(found.get_table_names())
    return all(
        table.name in present
        and set(table.c.keys()) <= {column["name"] for column in found.get_columns(table.name)}
        for table in TABLES
    )
