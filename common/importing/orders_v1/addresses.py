"""Open the database that a URL names."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from common.importing.orders_v1 import postgresql
from common.importing.orders_v1.reading import ITEMS, ORDERS, PRODUCTS, USERS
from common.importing.records import sqlite
from common.importing.records.tables import Source, SourceUnusable

_TABLES = [USERS, PRODUCTS, ORDERS, ITEMS]
_SUCH_AS = "such as postgresql://user:password@host:5432/name or sqlite:////folder/orders.db"


def url_of(text: str) -> URL:
    """The URL of a database that can be read; raises SourceUnusable, which tells no password."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # the latter of a port that is no number
        raise SourceUnusable(f"That is no SQLAlchemy URL, {_SUCH_AS}.") from None
    kind = url.get_backend_name()
    if kind not in {"sqlite", "postgresql", "postgres"}:
        raise SourceUnusable(
            f"The URL begins with {kind}; orders-v1 reads PostgreSQL and SQLite, {_SUCH_AS}."
        )
    return url


def file_of(url: URL) -> Path | None:
    """The file of an SQLite URL."""
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:":
        raise SourceUnusable(f"The URL names no file, {_SUCH_AS}.")
    return Path(url.database)


@contextmanager
def opened(url: URL, schema: str | None) -> Iterator[Source]:
    """The database with its four tables, in one state; raises SourceUnusable."""
    file = file_of(url)
    if file is None:
        with postgresql.opened(url, _TABLES, schema) as server:
            yield server
        return
    if schema is not None:
        raise SourceUnusable("--schema is for PostgreSQL; SQLite has no schemas.")
    with sqlite.opened(file, _TABLES) as source:
        yield source
