"""What a connection is told before it is used, and which databases are refused."""

import secrets
from collections.abc import Iterator

import pytest
from database_fixtures import ENGINE
from server_databases import ServerDatabase
from sqlalchemy import make_url, text

from common.db.engine import make_engine
from common.db.session import Database
from common.db.upgrade import DatabaseIsNotUnicode, upgrade
from common.settings import Settings
from daybook.failures import CommandFailed
from daybook.preparing import prepared

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(ENGINE != "postgresql", reason="only PostgreSQL has it"),
]


def test_options_of_the_url_are_kept_beside_ours(server: ServerDatabase) -> None:
    url = make_url(server.url).update_query_dict({"options": "-c search_path=public,elsewhere"})
    engine = make_engine(url.render_as_string(hide_password=False), threads=1, lock_timeout=7)
    with engine.connect() as connection:
        told = {
            name: connection.scalar(text(f"SHOW {name}"))
            for name in ("search_path", "timezone", "lock_timeout", "client_encoding")
        }
    engine.dispose()
    assert told == {
        "search_path": "public,elsewhere",
        "timezone": "UTC",
        "lock_timeout": "7s",
        "client_encoding": "UTF8",
    }


@pytest.fixture
def latin(server: ServerDatabase) -> Iterator[str]:
    """The URL of a database that keeps LATIN1."""
    name = f"daybook_{secrets.token_hex(4)}"
    made = f"CREATE DATABASE {name} OWNER {server.owner} TEMPLATE template0"
    with server.administering() as connection:
        connection.execute(text(f"{made} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"))
    url = make_url(server.owner_url).set(database=name)
    yield url.render_as_string(hide_password=False)
    with server.administering() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def test_a_database_that_is_not_unicode_is_refused(latin: str) -> None:
    database = Database(make_engine(latin, threads=1, lock_timeout=7))
    with pytest.raises(DatabaseIsNotUnicode, match="LATIN1"):
        upgrade(database)
    database.dispose()
    settings = Settings(DATABASE_URL=latin, threads=1)
    with (
        pytest.raises(CommandFailed, match="keeps its text as LATIN1"),
        prepared(settings, say=print),
    ):
        pass
