"""Sessions, told apart by type: what takes a `ReadSession` does not write.

The one place that commits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NewType

from sqlalchemy import Engine
from sqlalchemy.orm import Session as _Session
from sqlalchemy.orm import sessionmaker

from common.db.engine import make_engine
from common.settings import Settings

# How the row of a record is locked that is edited, and not deleted: others may go on referring
# to it, who on PostgreSQL could keep an editor waiting for ever.
EDITED: dict[str, Any] = {"key_share": True}

ReadSession = NewType("ReadSession", _Session)
Session = NewType("Session", ReadSession)


class Database:
    """Hands out sessions. A transaction is visible as the `with` that opens it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._write = sessionmaker(engine, expire_on_commit=False)
        self._read = sessionmaker(
            engine.execution_options(sqlite_begin="DEFERRED"), expire_on_commit=False
        )

    @property
    def numbers_early(self) -> bool:
        """Whether ids are taken before the commit, so that a lower one may still come to light."""
        return self.engine.dialect.name != "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that may write: committed at the end, undone by any exception."""
        with self._write.begin() as session:
            yield Session(ReadSession(session))

    @contextmanager
    def reading(self) -> Iterator[ReadSession]:
        """A session that writes nothing.

        On SQLite it sees one state of the database from its first query to its last; on a
        server, each query sees one state of its own.
        """
        with self._read() as session:
            yield ReadSession(session)

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def connect(settings: Settings, *, threads: int | None = None) -> Database:
    """The database that the settings name."""
    return Database(
        make_engine(
            settings.database_url,
            threads=threads or settings.threads,
            lock_timeout=settings.lock_timeout,
        )
    )
