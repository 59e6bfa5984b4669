"""Sessions, told apart by type: what takes a `ReadSession` does not write.

The one place that commits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NewType

from sqlalchemy import Engine
from sqlalchemy.orm import Session as _Session
from sqlalchemy.orm import sessionmaker

from common.db.engine import make_engine
from common.settings import Settings

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

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that may write: committed at the end, undone by any exception."""
        with self._write.begin() as session:
            yield Session(ReadSession(session))

    @contextmanager
    def reading(self) -> Iterator[ReadSession]:
        """A session that sees one state of the database and writes nothing."""
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
