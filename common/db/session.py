"""Sessions, told apart by type: what takes a `ReadSession` does not write.

The one place that commits.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NewType, TypeVar

import stamina
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as _Session
from sqlalchemy.orm import sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from common.db.engine import make_engine
from common.db.failures import Failure, OutcomeUnknown, meaning
from common.settings import Settings

# How the row of a record is locked that is edited, and not deleted: others may go on referring
# to it, who on PostgreSQL could keep an editor waiting for ever.
EDITED: dict[str, Any] = {"key_share": True}

# How often a unit of work is begun, and the seconds waited in between, which double.
ATTEMPTS, _FIRST_WAIT, _LONGEST_WAIT, _JITTER = 10, 0.01, 0.5, 0.05

ReadSession = NewType("ReadSession", _Session)
Session = NewType("Session", ReadSession)
Result = TypeVar("Result")

_log = logging.getLogger("daybook")


def freeze(session: ReadSession) -> None:
    """Let all queries of a session that has made none yet see one state of the database."""
    if session.get_bind().dialect.name != "sqlite":  # where they do anyway
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


class Database:
    """Hands out sessions. A transaction is visible as the `with` that opens it.

    `begun_anew` is told of each unit of work that `run` begins once more; none is begun later
    than `patience` seconds after the first time.
    """

    def __init__(self, engine: Engine, *, patience: float = 60.0) -> None:
        self.engine = engine
        self.begun_anew: Callable[[], None] = lambda: None
        self._patience = patience
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
        """A session that may write: committed at the end, undone by any exception.

        Raises OutcomeUnknown if the database is gone before it says that it has committed.
        """
        with self._write() as session:
            yield Session(ReadSession(session))
            session.flush()
            try:
                session.commit()
            except DBAPIError as failed:
                if meaning(failed) is Failure.unavailable:
                    raise OutcomeUnknown.of(failed) from failed
                raise

    def run(self, work: Callable[[Session], Result]) -> Result:
        """What `work` returns, once its transaction is committed.

        Where another change was in its way, all of it is undone and begun anew, bounded in number
        and time: a deadlock, a lock that was held for too long, a key or a version that somebody
        else was faster with. So it changes nothing but the database. Raises what the last attempt
        raised.
        """
        for attempt in stamina.retry_context(
            on=_met_another,
            attempts=ATTEMPTS,
            timeout=self._patience,
            wait_initial=_FIRST_WAIT,
            wait_max=_LONGEST_WAIT,
            wait_jitter=_JITTER,
        ):
            with attempt:
                if attempt.num > 1:
                    self.begun_anew()
                with self.transaction() as session:
                    return work(session)
        raise AssertionError  # the last attempt returns or raises

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


@contextmanager
def undone_alone(session: Session) -> Iterator[None]:
    """What fails in here is undone, and nothing else of the transaction.

    Where a database undid all of it, as MySQL does of two that lock each other out, there is no
    savepoint to go back to, which fails, too; what is raised is why.
    """
    try:
        with session.begin_nested():
            yield
    except DBAPIError as failed:
        raise _first(failed) from None


def _first(failed: DBAPIError) -> DBAPIError:
    """The failure during whose handling this one came, and so on."""
    first, before = failed, failed.__context__
    while before is not None:
        if isinstance(before, DBAPIError):
            first = before
        before = before.__context__
    return first


def connect(settings: Settings, *, threads: int | None = None) -> Database:
    """The database that the settings name."""
    engine = make_engine(
        settings.database_url,
        threads=threads or settings.threads,
        lock_timeout=settings.lock_timeout,
    )
    # so that who waited for a lock in vain tries once more
    return Database(engine, patience=2 * settings.lock_timeout)


def _met_another(failed: Exception) -> bool:
    if isinstance(failed, DBAPIError):
        met = meaning(failed) in {Failure.overtaken, Failure.hindered}
    else:
        met = isinstance(failed, StaleDataError)
    if met:
        # of the database's own words, none: they repeat the row
        cause = getattr(failed, "orig", failed)
        told = {"cause": type(cause).__name__, "sql": getattr(failed, "statement", None)}
        _log.warning("a unit of work met another", extra=told)
    return met
