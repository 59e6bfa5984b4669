"""Migrations run up and down on every engine, and end at what the models say."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from alembic import command
from database_fixtures import ENGINE
from server_databases import server_database
from sqlalchemy import String, event, inspect, text

from common.db.schema import BESIDE_THE_SCHEMA, SCHEMA
from common.db.session import Database, connect
from common.db.types import COLLATIONS
from common.db.upgrade import (
    DatabaseIsForeign,
    configured,
    pending,
    upgrade,
    upgrade_to,
)
from common.settings import Settings

OLDER = """
CREATE TABLE import_refs (
    source VARCHAR(40) NOT NULL, kind VARCHAR(40) NOT NULL, "key" VARCHAR(64) NOT NULL,
    id BIGINT NOT NULL, digest VARCHAR(64),
    CONSTRAINT pk_import_refs PRIMARY KEY (source, kind, "key")
)
"""


class Killed(Exception):
    """The process ended here."""


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """Connects to a database of the test's own, on the engine of this run, without a table."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'blank.db'}"
        if ENGINE != "sqlite":
            url = stack.enter_context(server_database(ENGINE, migrated=False)).owner_url

        def make() -> Database:
            database = connect(Settings(DATABASE_URL=url, threads=1, lock_timeout=120))
            stack.callback(database.dispose)
            return database

        yield make


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - BESIDE_THE_SCHEMA


def test_they_run_up_and_down_and_up(blank: Callable[[], Database]) -> None:
    database = blank()
    upgrade(database)
    assert tables(database) == SCHEMA
    with database.engine.begin() as connection:
        command.check(configured(connection))  # raises if the models say otherwise
        command.downgrade(configured(connection), "base")
    assert tables(database) == set()
    upgrade_to(database, "0001")
    assert pending(database)
    upgrade(database)
    assert not pending(database)


def test_two_at_once_take_turns(blank: Callable[[], Database]) -> None:
    databases, start = [blank() for _ in range(4)], Barrier(4)

    def migrate(database: Database) -> None:
        start.wait()
        upgrade(database)

    with ThreadPoolExecutor(len(databases)) as pool:
        list(pool.map(migrate, databases))
    assert tables(databases[0]) == SCHEMA
    assert not pending(databases[0])


def kill_after(database: Database, changes: int) -> None:
    """Migrate, and die before the next change of the schema."""
    left = count(changes, -1)

    def die(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if statement.lstrip().startswith(("CREATE ", "DROP ", "ALTER ")) and next(left) == 0:
            raise Killed

    event.listen(database.engine, "before_cursor_execute", die)
    with pytest.raises(Killed):
        upgrade(database)
    event.remove(database.engine, "before_cursor_execute", die)


@pytest.mark.parametrize(
    ("revision", "kills"),
    [
        (None, [0, 1, 2, 3, 5, 8, 9, 10, 13]),
        ("0001", [1, 9, 20]),
        ("0002", [0, 1]),
        ("0003", [0, 2, 5, 8]),
    ],
)
def test_one_that_was_killed_begins_again(
    blank: Callable[[], Database], revision: str | None, kills: list[int]
) -> None:
    database = blank()
    if revision is not None:
        upgrade_to(database, revision)
    for changes in kills:  # each gets further, where the last one's are not undone
        kill_after(database, changes)
        assert pending(database)
    upgrade(database)
    assert tables(database) == SCHEMA
    with database.engine.begin() as connection:
        command.check(configured(connection))


def test_tables_of_others_are_left_alone(blank: Callable[[], Database]) -> None:
    database = blank()
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE mine (a INTEGER PRIMARY KEY)"))
    with pytest.raises(DatabaseIsForeign):
        upgrade(database)
    assert set(inspect(database.engine).get_table_names()) == {"mine"}


def test_tables_of_the_same_name_are_others_too(blank: Callable[[], Database]) -> None:
    database = blank()
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE customers (a INTEGER PRIMARY KEY)"))
    with pytest.raises(DatabaseIsForeign):
        upgrade(database)
    assert set(inspect(database.engine).get_table_names()) == {"customers"}


@pytest.mark.sqlite("its shops keep the lengths that they were made with")
def test_a_shop_of_shorter_keys_is_what_the_models_say(blank: Callable[[], Database]) -> None:
    database = blank()
    upgrade(database)
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE import_refs"))
        connection.execute(text(OLDER))
        connection.execute(text("CREATE INDEX ix_import_refs_kind_id ON import_refs (kind, id)"))
    with database.engine.begin() as connection:
        command.check(configured(connection))


@pytest.mark.server
def test_every_text_compares_by_code_point(blank: Callable[[], Database]) -> None:
    database = blank()
    upgrade(database)
    found = inspect(database.engine)
    collations = {
        f"{table}.{column['name']}": getattr(column["type"], "collation", None)
        for table in SCHEMA
        for column in found.get_columns(table)
        if isinstance(column["type"], String)
    }
    assert len(collations) > 40
    assert set(collations.values()) == {COLLATIONS[ENGINE]}
