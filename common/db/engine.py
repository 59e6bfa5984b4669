"""One engine per process. The databases differ here and in `functions`, and nowhere else."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url


def make_engine(url: str, *, threads: int, lock_timeout: float) -> Engine:
    """An engine with a connection for each of `threads`; writers wait `lock_timeout` seconds."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, threads, lock_timeout)
    return create_engine(
        url,
        pool_size=threads,
        max_overflow=0,
        pool_pre_ping=True,
        pool_recycle=1800,
        isolation_level="READ COMMITTED",
    )


def _sqlite(url: str, threads: int, lock_timeout: float) -> Engine:
    engine = create_engine(
        url, pool_size=threads, max_overflow=0, connect_args={"timeout": lock_timeout}
    )

    @event.listens_for(engine, "connect")
    def configure(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None  # we say BEGIN ourselves, below
        # FULL: what was acknowledged survives a power cut
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            dbapi.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred BEGIN that reads, then writes, fails at once when another writer was
        # faster; IMMEDIATE waits its turn. Only sessions that never write may be deferred.
        mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine
