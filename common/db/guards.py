"""Ledgers refuse to be changed, whoever asks: by triggers, where the database lets us make them.

SQLite and PostgreSQL do. MySQL lets no ordinary user make a trigger, so there, as on MariaDB,
rights alone keep the ledgers (`common.db.grants`); the owner of the tables could change them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection, text

# The ledgers, each with what is unique in it besides its id.
LEDGERS: Mapping[str, tuple[str, ...]] = {
    "inventory_transactions": ("order_line_id",),
    "sales": ("order_line_id",),
    "product_prices": ("product_id", "effective_at"),
    "stocktakes": (),
}
_REFUSED = "rows of {} are only ever added"
_FUNCTION = "refuse_change_of_ledger"
# What the function of PostgreSQL asks for; who has no right to change a ledger gains none by it.
_SETTING, _LIFTED = "daybook.guards", "lifted"
_say = text(f"SELECT set_config('{_SETTING}', :value, true)")


def guard(connection: Connection, table: str, unique: tuple[str, ...]) -> None:
    """Let the table refuse UPDATE and DELETE, and whatever replaces or empties it.

    `unique` are the columns whose values together no two rows share, none of them but the id.
    """
    match connection.dialect.name:
        case "sqlite":
            _guard_in_sqlite(connection, table, unique)
        case "postgresql":
            _guard_in_postgresql(connection, table)


def unguard(connection: Connection, table: str) -> None:
    """Take from the table what `guard` gave it."""
    match connection.dialect.name:
        case "sqlite":
            for event in ("update", "delete", "insert"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuse_{event}"))
        case "postgresql":
            for event in ("change", "truncate"):
                drop = f"DROP TRIGGER IF EXISTS {table}_refuse_{event} ON {table}"
                connection.execute(text(drop))


@contextmanager
def lifted(connection: Connection) -> Iterator[None]:
    """Guard no ledger for a while, in a transaction of the owner of the tables.

    For a restore, which replaces all that there is. On PostgreSQL it is said to the triggers, for
    to drop one waits for all who read the table, and keeps them waiting.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_say, {"value": _LIFTED})
        yield
        connection.execute(_say, {"value": ""})
        return
    for table in LEDGERS:
        unguard(connection, table)
    yield
    for table, unique in LEDGERS.items():
        guard(connection, table, unique)


def drop_function(connection: Connection) -> None:
    """Remove what the triggers of PostgreSQL call, once no table is guarded any more."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"DROP FUNCTION IF EXISTS {_FUNCTION}()"))


def _guard_in_sqlite(connection: Connection, table: str, unique: tuple[str, ...]) -> None:
    refused = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED.format(table)}'); END"
    for event in ("update", "delete"):
        trigger = f"CREATE TRIGGER IF NOT EXISTS {table}_refuse_{event} BEFORE {event} ON {table}"
        connection.execute(text(f"{trigger} {refused}"))
    # INSERT OR REPLACE deletes what it replaces, and no trigger of DELETE hears of it
    there = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608 # names of our own
    if unique:
        same = " AND ".join(f"{column} = NEW.{column}" for column in unique)
        there += f" OR EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 # names of our own
    trigger = f"CREATE TRIGGER IF NOT EXISTS {table}_refuse_insert BEFORE INSERT ON {table}"
    connection.execute(text(f"{trigger} WHEN {there} {refused}"))


def _guard_in_postgresql(connection: Connection, table: str) -> None:
    refused = f"RAISE EXCEPTION '{_REFUSED.format('%')}', TG_TABLE_NAME"
    connection.execute(
        text(
            f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF current_setting('{_SETTING}', true) = '{_LIFTED}' THEN"
            " RETURN COALESCE(NEW, OLD); END IF;"
            f" {refused} USING ERRCODE = 'insufficient_privilege'; END $$"
        )
    )
    for event, when in (
        ("change", "BEFORE UPDATE OR DELETE ON {} FOR EACH ROW"),
        ("truncate", "BEFORE TRUNCATE ON {} FOR EACH STATEMENT"),
    ):
        connection.execute(
            text(
                f"CREATE OR REPLACE TRIGGER {table}_refuse_{event} {when.format(table)}"
                f" EXECUTE FUNCTION {_FUNCTION}()"
            )
        )
