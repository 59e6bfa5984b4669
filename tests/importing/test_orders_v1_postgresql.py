"""Orders v1 from a real PostgreSQL server, whichever database the shop itself is on."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from source_databases import V1_TOLD as TOLD
from source_servers import made, make_engine, plain
from sqlalchemy import URL, text

from common.db.session import Database
from common.importing.orders_v1 import importer
from common.importing.records.outcome import Counts
from common.importing.records.tables import SourceUnusable

# Where an offset had seconds until 1972.
AWAY = "-c timezone=Africa/Monrovia -c datestyle=German"


@pytest.fixture(scope="module")
def source() -> Iterator[URL]:
    with made("UTF8") as url:
        yield url


@pytest.fixture
def statement(source: URL) -> Callable[[str], None]:
    """Runs a statement in the source's schema."""

    def run(said: str) -> None:
        with make_engine(source).connect() as connection:
            connection.execute(text('SET search_path = "your-schema"'))
            connection.execute(text(said))

    return run


def test_the_tables_of_a_schema_come(source: URL, database: Database) -> None:
    assert importer.run(database, plain(source), schema="your-schema") == TOLD
    again = importer.run(database, plain(source, sslmode="prefer"), schema="your-schema")
    assert again.tables == {
        name: Counts(read=each.read, written=0, before=each.written)
        for name, each in TOLD.tables.items()
    }


def test_the_schema_may_be_where_the_server_looks_and_times_are_utc(
    source: URL, database: Database
) -> None:
    there = plain(source, options=f'{AWAY} -c search_path="your-schema"')
    assert importer.run(database, there) == TOLD
    again = importer.run(database, plain(source), schema="your-schema")
    assert again.tables["orders"].before == 2


def test_what_is_unsound_is_rejected_by_reason(
    source: URL, database: Database, statement: Callable[[str], None]
) -> None:
    zoned = "created_at TYPE timestamptz USING created_at AT TIME ZONE 'UTC'"
    statement(f"ALTER TABLE orders ALTER {zoned}")
    statement(f"ALTER TABLE users ALTER {zoned}")
    statement("ALTER TABLE products ALTER price_cents TYPE numeric")
    statement("INSERT INTO products VALUES (101, 'X', 'NaN'), (102, 'X', 1e80), (103, 'X', 0.5)")
    for id_, moment in ((101, "infinity"), (102, "0044-03-15 BC"), (103, "1971-05-01 12:00:00Z")):
        statement(f"INSERT INTO users VALUES ({id_}, NULL, 'X', '{moment}')")
    try:
        told = importer.run(database, plain(source, options=AWAY), schema="your-schema")
    finally:
        statement("DELETE FROM products WHERE id > 100")
        statement("DELETE FROM users WHERE id > 100")
    assert {name: each.rejected for name, each in told.tables.items() if each.rejected} == {
        "users": {"created_at is no time": 2},
        "products": {
            "price_cents is no whole number of 0 or more": 2,
            "price_cents is too large": 1,
        },
    }
    assert (told.tables["users"].written, told.tables["orders"].written) == (3, 2)
    again = importer.run(database, plain(source), schema="your-schema")
    assert again.tables["orders"].before == 2  # at the same moments, whatever the server's zone


@pytest.mark.parametrize(
    ("change", "schema", "told"),
    [
        ({}, None, "{where} has no table users."),
        ({}, "other", "{where} has no table other.users."),
        ({"database": "no_such_one"}, None, 'database "no_such_one" does not exist'),
        ({"port": 1}, None, "Connection refused"),
        ({"host": "no.such.host.invalid"}, None, "no.such.host.invalid"),
        ({"query": {"sslmode": "bogus"}}, None, 'invalid sslmode value: "bogus"'),
        ({"query": {"frobnicate": "1"}}, None, "frobnicate"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line_without_the_password(
    change: dict[str, Any],
    schema: str | None,
    told: str,
    source: URL,
    database: Database,
    snapshot: Callable[[], Any],
) -> None:
    before = snapshot()
    url = source.set(username="postgres", password="hush-hush", **change)
    with pytest.raises(SourceUnusable) as refused:
        importer.run(database, plain(url), schema=schema)
    where = URL.create("postgresql", "postgres", None, url.host, url.port, url.database)
    named = where.render_as_string()
    assert told.format(where=named) in str(refused.value)
    assert str(refused.value).startswith(f"{named} ")
    assert "hush" not in str(refused.value)
    assert "\n" not in str(refused.value)
    assert snapshot() == before


def test_a_wrong_password_is_told(source: URL, database: Database) -> None:
    name = f"daybook_user_{secrets.token_hex(4)}"
    with make_engine(source).connect() as connection:
        connection.execute(text(f"CREATE ROLE {name}"))  # who may not log in
    try:
        with pytest.raises(SourceUnusable) as refused:
            importer.run(database, plain(source.set(username=name, password="hush-hush")))
    finally:
        with make_engine(source).connect() as connection:
            connection.execute(text(f"DROP ROLE {name}"))
    assert "is not permitted to log in" in str(refused.value)
    assert "hush" not in str(refused.value)


def test_the_source_is_read_in_one_state_and_never_written(
    source: URL, database: Database, statement: Callable[[str], None]
) -> None:
    class Meddling:
        """Sells on in the source while the first table is read."""

        def phase(self, name: str, total: int | None) -> None:  # noqa: ARG002 # the protocol's
            if name == "Reading products":
                statement("INSERT INTO orders VALUES (99, 2, 'late', '2024-03-01 10:00:00')")
                statement("INSERT INTO order_items VALUES (99, 99, 9, 1, 1999)")

        def advance(self, steps: int) -> None:  # as above
            pass

    try:
        url = plain(source)
        assert importer.run(database, url, schema="your-schema", progress=Meddling()) == TOLD
    finally:
        statement("DELETE FROM order_items WHERE id = 99")
        statement("DELETE FROM orders WHERE id = 99")


def test_text_that_a_server_never_looked_at_is_rejected(database: Database) -> None:
    with made("SQL_ASCII") as url:
        with make_engine(url).connect() as connection:
            said = """UPDATE "your-schema".users SET full_name = E'\\xff' WHERE id = 5"""
            connection.exec_driver_sql(said)
        told = importer.run(database, plain(url), schema="your-schema")
    assert told.tables["users"].rejected == {"full_name is not in UTF-8": 1}
    assert told.tables["orders"].rejected == {"its customer was rejected": 1}
