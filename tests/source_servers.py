"""Databases of other systems on a real PostgreSQL server."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from server_databases import ADMINISTRATORS
from source_databases import ORDERS_V1, V1
from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from common.db.engine import url_of

_VARIABLE, _DEFAULT = ADMINISTRATORS["postgresql"]
ADMINISTRATOR = url_of(os.environ.get(_VARIABLE, _DEFAULT))


def make_engine(url: URL) -> Engine:
    return create_engine(
        url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"client_encoding": "utf8"},
    )


@contextmanager
def made(encoding: str) -> Iterator[URL]:
    """A database of the document's tables, in a schema of its own, gone at the end."""
    administrating = make_engine(ADMINISTRATOR)
    name = f"daybook_orders_{secrets.token_hex(4)}"
    how = f"TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'"
    try:
        with administrating.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} {how}"))
    except OperationalError as failed:
        pytest.skip(f"no PostgreSQL answers at {ADMINISTRATOR!r}: {failed.orig}")
    url = ADMINISTRATOR.set(database=name)
    try:
        fill(url)
        yield url
    finally:
        with administrating.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def fill(url: URL) -> None:
    with make_engine(url).connect() as connection:
        connection.execute(text('CREATE SCHEMA "your-schema"'))
        for table, columns in ORDERS_V1.items():
            quoted = f'"your-schema".{table}'
            types = columns.replace("INTEGER PRIMARY KEY", "SERIAL PRIMARY KEY")
            connection.execute(text(f"CREATE TABLE {quoted} ({types})"))
            for row in V1[table]:
                values = {f"v{place}": value for place, value in enumerate(row)}
                places = ", ".join(f":{each}" for each in values)
                connection.execute(text(f"INSERT INTO {quoted} VALUES ({places})"), values)


def plain(url: URL, **query: str) -> str:
    """As the document writes it."""
    bare = url.set(drivername="postgresql").update_query_dict(query)
    return bare.render_as_string(hide_password=False)
