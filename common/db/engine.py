"""One engine per process. The databases differ in this package alone, and most of it here."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url

from common.db.caseless import fold_case
from common.db.types import COLLATIONS

# Seconds for which a server that does not answer is waited for.
CONNECTING = 10
# The drivers that Daybook brings, by the plain names of the databases.
_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+mysqldb",
    "mariadb": "mariadb+mysqldb",
}
SCHEMES = ("sqlite", *dict.fromkeys(_DRIVERS.values()))
# What does not fit is refused; a server's own configuration may be laxer.
_SQL_MODE = (
    "STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
    "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
)
# Bytes of the longest text that lists sort by, of 10,000 characters: of a longer one MySQL and
# MariaDB would sort by the beginning. Such texts need room, MariaDB's by itself, more than MySQL's.
_SORTED, _ROOM = 40_000, 2_097_152
# Without it MariaDB makes an account, with no password, for a name that a GRANT mistakes.
_SQL_MODES = {"mysql": _SQL_MODE, "mariadb": f"{_SQL_MODE},NO_AUTO_CREATE_USER"}


class UnknownScheme(Exception):
    """The URL names a database, or a driver, that Daybook does not know."""


class OtherServer(Exception):
    """The server is MariaDB where the URL says MySQL, or the other way; the text says which."""


def url_of(text: str) -> URL:
    """The URL with the driver that Daybook brings.

    Raises UnknownScheme, and SQLAlchemy's ArgumentError for what is no URL.
    """
    url = make_url(text)
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    if url.drivername not in SCHEMES:
        raise UnknownScheme(url.drivername)
    return url


def make_engine(text: str, *, threads: int, lock_timeout: float) -> Engine:
    """An engine with a connection for each of `threads`; writers wait `lock_timeout` seconds.

    Raises as `url_of`, and ModuleNotFoundError where the driver is not installed.
    """
    url = url_of(text)
    match url.get_backend_name():
        case "sqlite":
            return _sqlite(url, threads, lock_timeout)
        case "postgresql":
            return _server(url, threads, _postgresql(url, lock_timeout))
        case _:
            engine = _server(url, threads, {"charset": "utf8mb4", "connect_timeout": CONNECTING})
            _configure_mysql(engine, lock_timeout)
            return engine


def _server(url: URL, threads: int, connect_args: Mapping[str, Any]) -> Engine:
    return create_engine(
        url,
        pool_size=max(2, threads),  # a migration takes two
        max_overflow=0,
        pool_pre_ping=True,
        pool_recycle=1800,
        isolation_level="READ COMMITTED",
        hide_parameters=True,  # they are people's, and messages are logged
        connect_args=dict(connect_args),
    )


def _postgresql(url: URL, lock_timeout: float) -> dict[str, Any]:
    """Ours beside the options of the URL; of one that both name, the last counts."""
    ours = f"-c timezone=UTC -c lock_timeout={int(lock_timeout * 1000)}"
    options = " ".join([*url.normalized_query.get("options", ()), ours])
    return {"connect_timeout": CONNECTING, "client_encoding": "utf8", "options": options}


def _configure_mysql(engine: Engine, lock_timeout: float) -> None:
    waiting = max(1, int(lock_timeout))

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Dialect, _record: Any, arguments: Any, named: Any) -> Any:
        dbapi: Any = dialect.connect(*arguments, **named)
        server = "mariadb" if "MariaDB" in dbapi.get_server_info() else "mysql"
        if server != dialect.name:
            dbapi.close()
            raise OtherServer(server)
        with dbapi.cursor() as cursor:
            # literals compare as the columns do
            cursor.execute(f"SET NAMES utf8mb4 COLLATE {COLLATIONS[server]}")
            cursor.execute(
                f"SET SESSION time_zone = '+00:00', sql_mode = '{_SQL_MODES[server]}',"
                f" innodb_lock_wait_timeout = {waiting}, lock_wait_timeout = {waiting},"
                f" max_sort_length = {_SORTED}, sort_buffer_size = {_ROOM}"
            )
        return dbapi


def _sqlite(url: URL, threads: int, lock_timeout: float) -> Engine:
    engine = create_engine(
        url,
        pool_size=threads,
        max_overflow=0,
        connect_args={"timeout": lock_timeout},
        hide_parameters=True,  # as above
    )

    @event.listens_for(engine, "connect")
    def configure(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None  # we say BEGIN ourselves, below
        dbapi.create_function("casefold", 1, fold_case, deterministic=True)
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
