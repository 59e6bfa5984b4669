"""Databases on servers, for tests: one of its own for each worker, gone at the end.

As a shop of some size sets it up, one user owns the tables and migrates them; the
application is another one, which the owner lets do what it must.
"""

import os
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from common.db import grants, guards
from common.db.accounts import EVERYWHERE, make_accounts
from common.db.base import Base
from common.db.engine import make_engine, url_of
from common.db.session import Database
from common.db.upgrade import migrating, upgrade

# Where a server is, and who may make databases and users there.
ADMINISTRATORS = {
    "postgresql": ("DAYBOOK_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres"),
    "mariadb": ("DAYBOOK_TEST_MARIADB", "mariadb://root@127.0.0.1:3306/mysql"),
    "mysql": ("DAYBOOK_TEST_MYSQL", "mysql://root@127.0.0.1:3307/mysql"),
}


class ServerDatabase(ABC):
    """An empty, migrated database on a server, and the URL under which the application uses it."""

    host: str  # from where its users come, as far as the server asks

    def __init__(self, engine: str, *, migrated: bool, administrator: str | None = None) -> None:
        variable, default = ADMINISTRATORS[engine]
        self._administrator = administrator or os.environ.get(variable, default)
        self.name = f"daybook_{secrets.token_hex(4)}"
        self._password = secrets.token_hex(16)
        self.owner, self.application = f"{self.name}_owner", f"{self.name}_app"
        with self.administering() as connection:
            self._create(connection)
        self.url, self.owner_url = (
            self._url(user).render_as_string(hide_password=False)
            for user in (self.application, self.owner)
        )
        self.owning: Engine = make_engine(self.owner_url, threads=2, lock_timeout=60)
        if migrated:
            self.migrate()

    def migrate(self) -> None:
        """As after an update of Daybook: the owner migrates, and lets the application work."""
        upgrade(Database(self.owning))
        with migrating(self.owning) as connection:
            grants.grant(connection, grants.Account(self.application, self.host))

    @contextmanager
    def using(self) -> Iterator[Connection]:
        """A connection of the application's user, in a transaction."""
        engine = make_engine(self.url, threads=1, lock_timeout=60)
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()

    def empty(self) -> None:
        """Leave no row, and number the next ones from 1."""
        with self.owning.begin() as connection:
            self._empty(connection, [table.name for table in reversed(Base.metadata.sorted_tables)])

    def drop(self) -> None:
        """Leave nothing on the server."""
        self.owning.dispose()
        with self.administering() as connection:
            self._drop(connection)

    @contextmanager
    def administering(self) -> Iterator[Connection]:
        """A connection of whoever may do all on the server, each statement for itself."""
        engine = create_engine(
            url_of(self._administrator), poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            yield connection

    def _url(self, user: str) -> URL:
        administrator = url_of(self._administrator)
        return administrator.set(username=user, password=self._password, database=self.name)

    @abstractmethod
    def _create(self, connection: Connection) -> None: ...

    @abstractmethod
    def _drop(self, connection: Connection) -> None: ...

    @abstractmethod
    def _empty(self, connection: Connection, tables: list[str]) -> None: ...


class PostgreSQL(ServerDatabase):
    host = ""

    def _create(self, connection: Connection) -> None:
        for user in (self.owner, self.application):
            connection.execute(text(f"CREATE ROLE {user} LOGIN PASSWORD '{self._password}'"))
        connection.execute(text(f"CREATE DATABASE {self.name} OWNER {self.owner}"))

    def _drop(self, connection: Connection) -> None:
        connection.execute(text(f"DROP DATABASE {self.name} WITH (FORCE)"))
        for user in (self.owner, self.application):
            connection.execute(text(f"DROP ROLE {user}"))

    def _empty(self, connection: Connection, tables: list[str]) -> None:
        with guards.lifted(connection):
            for table in tables:
                connection.execute(text(f"DELETE FROM {table}"))
        sequences = "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"
        connection.execute(text(sequences))


class MySQL(ServerDatabase):
    """MariaDB too."""

    host = EVERYWHERE

    def _create(self, connection: Connection) -> None:
        make_accounts(connection, self._url(self.owner), self._url(self.application))

    def _drop(self, connection: Connection) -> None:
        connection.execute(text(f"DROP DATABASE {self.name}"))
        for user in (self.owner, self.application):
            connection.execute(text(f"DROP USER '{user}'"))

    def _empty(self, connection: Connection, tables: list[str]) -> None:
        connection.execute(text("SET SESSION foreign_key_checks = 0"))
        for table in tables:
            connection.execute(text(f"DELETE FROM {table}"))
        if not connection.dialect.is_mariadb:  # else it tells what was true a day ago
            connection.execute(text("SET SESSION information_schema_stats_expiry = 0"))
        numbered = "SELECT table_name FROM information_schema.tables WHERE auto_increment > 1"
        mine = f"{numbered} AND table_schema = '{self.name}'"
        for table in list(connection.scalars(text(mine))):
            connection.execute(text(f"ALTER TABLE {table} AUTO_INCREMENT = 1"))


class ContainersDatabase(MySQL):
    """That of a shop in containers, which is there already."""

    def __init__(self, url: str, owner_url: str) -> None:
        self.url, self.owner_url = url, owner_url
        self.name = str(url_of(url).database)
        self.owning = make_engine(owner_url, threads=2, lock_timeout=60)

    def drop(self) -> None:
        """Leave it."""
        self.owning.dispose()


KINDS: dict[str, type[ServerDatabase]] = {
    "postgresql": PostgreSQL,
    "mariadb": MySQL,
    "mysql": MySQL,
}


@contextmanager
def server_database(
    engine: str, *, migrated: bool = True, administrator: str | None = None
) -> Iterator[ServerDatabase]:
    """A database of one's own on the server of the engine, or that of a shop in containers.

    `administrator` is the URL of another server of that engine.
    """
    if urls := os.environ.get("DAYBOOK_TEST_CONTAINERS_DATABASE"):
        containers = ContainersDatabase(*urls.split())
        yield containers
        containers.drop()
        return
    made = KINDS[engine](engine, migrated=migrated, administrator=administrator)
    try:
        yield made
    finally:
        made.drop()
