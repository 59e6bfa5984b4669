"""The application's user writes the ledgers, and neither changes nor removes what stands there."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from database_fixtures import ENGINE
from fastapi.testclient import TestClient
from server_databases import ServerDatabase, server_database
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.db.session import Database
from common.settings import Settings
from daybook.preparing import prepared

pytestmark = pytest.mark.server


@pytest.mark.parametrize(
    "ledger", ["sales", "inventory_transactions", "product_prices", "stocktakes"]
)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id + 1", "DELETE FROM {}"])
def test_a_ledger_is_only_added_to(
    database: Database,
    sales: TestClient,
    goods: dict[str, int],
    take_stock: Callable[[int], None],
    ledger: str,
    statement: str,
) -> None:
    sales.post("/sales", json={"product_id": goods["TEA"], "quantity": 1})
    take_stock(goods["TEA"])
    count = text(f"SELECT count(*) FROM {ledger}")
    with database.reading() as session:
        before = session.scalar(count)
    assert before
    with pytest.raises(DBAPIError, match=r"denied"), database.transaction() as session:
        session.execute(text(statement.format(ledger)))
    with database.reading() as session:
        assert session.scalar(count) == before


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE mine (a INTEGER)", "DROP TABLE sales", "TRUNCATE TABLE sales"]
)
def test_no_table_is_made_nor_dropped(database: Database, statement: str) -> None:
    with (
        pytest.raises(DBAPIError, match=r"denied|must be owner"),
        database.transaction() as session,
    ):
        session.execute(text(statement))


@pytest.fixture
def blank() -> Iterator[ServerDatabase]:
    """A database of the test's own, without a table."""
    with server_database(ENGINE, migrated=False) as made:
        yield made


@pytest.fixture
def prepare(blank: ServerDatabase, tmp_path: Path) -> Callable[..., list[str]]:
    """Gets the database ready as `daybook start` does; what was said."""

    def run(application_url: str = blank.url) -> list[str]:
        said: list[str] = []
        settings = Settings(
            folder=tmp_path,
            threads=2,
            lock_timeout=60,
            DATABASE_URL=application_url,
            migration_url=blank.owner_url,
        )
        with prepared(settings, say=said.append, starting=True):
            return said

    return run


def test_four_that_start_at_once_grant_one_after_the_other(
    prepare: Callable[..., list[str]],
) -> None:
    start = Barrier(4)

    def run(_place: int) -> list[str]:
        start.wait()
        return prepare()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, range(4))) == [[]] * 4


def test_tables_of_others_are_not_granted(
    blank: ServerDatabase, prepare: Callable[..., list[str]]
) -> None:
    prepare()
    with blank.owning.begin() as connection:
        connection.execute(text("CREATE TABLE mine (a INTEGER PRIMARY KEY)"))
    prepare()
    with pytest.raises(DBAPIError, match="denied"), blank.using() as connection:
        connection.execute(text("SELECT a FROM mine"))


def test_what_was_granted_on_the_ledgers_is_taken_back(
    blank: ServerDatabase, prepare: Callable[..., list[str]]
) -> None:
    prepare()
    with blank.owning.begin() as connection:
        account = f"'{blank.application}'" if blank.host else blank.application
        connection.execute(text(f"GRANT UPDATE, DELETE ON sales TO {account}"))
    assert prepare() == []
    with pytest.raises(DBAPIError, match="denied"), blank.using() as connection:
        connection.execute(text("DELETE FROM sales"))


def test_rights_that_cannot_be_taken_back_are_told(
    blank: ServerDatabase, prepare: Callable[..., list[str]]
) -> None:
    if ENGINE == "postgresql":
        grant = f"ALTER ROLE {blank.application} SUPERUSER"
    else:
        grant = f"GRANT ALL ON {blank.name}.* TO '{blank.application}'"
    with blank.administering() as connection:
        connection.execute(text(grant))
    (told,) = prepare()
    every = "inventory_transactions, sales, product_prices, stocktakes"
    assert f"may change {every}" in told


@pytest.mark.skipif(ENGINE == "postgresql", reason="its users come from nowhere in particular")
def test_the_account_is_that_for_which_the_server_takes_the_services(
    blank: ServerDatabase, prepare: Callable[..., list[str]]
) -> None:
    anywhere, narrower = f"'{blank.application}'", f"'{blank.application}'@'%.%'"
    found = text("SELECT host FROM mysql.user WHERE user = :user")
    with blank.administering() as connection:
        connection.execute(text(f"RENAME USER {anywhere} TO {narrower}"))
        assert prepare() == []
        assert list(connection.scalars(found, {"user": blank.application})) == ["%.%"]
        connection.execute(text(f"RENAME USER {narrower} TO {anywhere}"))  # for who removes it


@pytest.mark.skipif(ENGINE == "postgresql", reason="none of its grants does")
def test_a_grant_makes_no_account(blank: ServerDatabase) -> None:
    nobody = f"'mistaken_{blank.name}'"
    with blank.administering() as connection:
        connection.execute(text(f"GRANT CREATE USER ON *.* TO '{blank.owner}'"))
        with pytest.raises(DBAPIError), blank.owning.begin() as owning:
            owning.execute(text(f"GRANT SELECT ON {blank.name}.* TO {nobody}"))
