"""What a database's failure is to a caller."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient
from server_databases import ServerDatabase
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.orm import Session

import products_service.main
from common.db.engine import OtherServer
from common.db.failures import Failure, meaning
from common.db.session import Database
from common.settings import Settings
from common.web.deps import create_service

Snapshot = Callable[[], Any]
# A connection's own number, how to end one, and whether it is there; on PostgreSQL and elsewhere.
ENDING = {
    True: (
        *("pg_backend_pid()", "SELECT pg_terminate_backend({})"),
        "SELECT count(*) FROM pg_stat_activity WHERE pid = {}",
    ),
    False: (
        *("connection_id()", "KILL {}"),
        "SELECT count(*) FROM information_schema.processlist WHERE id = {}",
    ),
}
RENAME = text("UPDATE products SET name = 'taken', version = version + 1 WHERE id = :id")


def end_connection(session: Session, server: ServerDatabase) -> None:
    """End the session's connection to the server; the next statement finds it gone."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    own, kill, there = ENDING[on_postgresql]
    number = session.scalar(text(f"SELECT {own}"))
    with server.administering() as connection:
        connection.execute(text(kill.format(number)))
        while connection.scalar(text(there.format(number))):
            time.sleep(0.01)


@pytest.mark.server
def test_of_two_that_lock_each_other_out_one_is_hindered(
    database: Database, goods: dict[str, int]
) -> None:
    both = Barrier(2)

    def rename(ids: list[int]) -> Failure | None:
        try:
            with database.transaction() as session:
                session.execute(RENAME, {"id": ids[0]})
                both.wait()
                session.execute(RENAME, {"id": ids[1]})
        except DBAPIError as failed:
            return meaning(failed)
        return None

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(rename, [[1, 2], [2, 1]]))
    assert sorted(found, key=str) == [Failure.hindered, None]


@pytest.mark.server
def test_a_record_that_is_locked_for_too_long_is_not_available(
    database: Database, settings: Settings, goods: dict[str, int], snapshot: Callable[[], Any]
) -> None:
    before = snapshot()
    impatient = products_service.main.create_app(settings.model_copy(update={"lock_timeout": 1}))
    with (
        TestClient(impatient, base_url="http://localhost") as client,
        database.transaction() as session,
    ):
        session.execute(text("SELECT id FROM products WHERE id = 1 FOR UPDATE"))
        answer = client.patch("/products/1", json={"name": "Other"})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"]
    assert snapshot() == before


@pytest.mark.server
def test_a_connection_that_was_lost_is_not_available(
    database: Database, server: ServerDatabase
) -> None:
    with database.reading() as session:
        end_connection(session, server)
        with pytest.raises(DBAPIError) as failed:
            session.execute(text("SELECT 1"))
        assert meaning(failed.value) is Failure.unavailable
    with database.reading() as session:  # the next one gets a connection that lives
        assert session.scalar(text("SELECT 1")) == 1


@pytest.mark.server
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}])
def test_who_writes_without_a_key_is_not_told_to_repeat_what_may_be_done(
    products: TestClient, server: ServerDatabase, snapshot: Snapshot, headers: dict[str, str]
) -> None:
    before = snapshot()

    def die(session: Session) -> None:
        end_connection(session, server)

    event.listen(Session, "before_commit", die)
    try:
        answer = products.post("/categories", json={"name": "toys"}, headers=headers)
    finally:
        event.remove(Session, "before_commit", die)
    detail = "The database does not answer; try again."
    if not headers:
        detail = "The database was gone before it said whether this was done."
        detail += " Read before you repeat it."
    assert (answer.status_code, answer.json()["detail"]) == (503, detail)
    assert ("retry-after" in answer.headers) is bool(headers)
    assert snapshot() == before


@pytest.mark.server
@pytest.mark.parametrize("statement", ["SELEKT 1", "SELECT colour FROM sales", "DELETE FROM sales"])
def test_a_statement_that_is_not_taken_is_a_fault(database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError) as failed, database.reading() as session:
        session.execute(text(statement))
    assert meaning(failed.value) is Failure.fault


CATEGORY = (
    "INSERT INTO categories (id, name, created_at, updated_at, version)"
    " VALUES ({}, '2020-01-01', '2020-01-01', 1)"
)


@pytest.mark.parametrize(
    ("statement", "meant"),
    [
        (CATEGORY.format("1, 'books'"), Failure.overtaken),
        (CATEGORY.format("2, 'kitchen'"), Failure.overtaken),
        ("UPDATE products SET category_id = 7 WHERE id = 1", Failure.overtaken),
        ("DELETE FROM categories", Failure.overtaken),
        (CATEGORY.format("2, NULL"), Failure.fault),
        ("UPDATE stock_levels SET quantity = -1 WHERE product_id = 1", Failure.fault),
    ],
)
def test_what_a_database_refuses_to_keep_is_overtaken_or_a_fault(
    database: Database, goods: dict[str, int], statement: str, meant: Failure
) -> None:
    with pytest.raises(DBAPIError) as failed, database.transaction() as session:
        session.execute(text(statement))
    assert meaning(failed.value) is meant


class PostgreSQLError(Exception):
    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    "cause",
    [
        *(PostgreSQLError(state) for state in ("25006", "57P04", "53300", "08006")),
        *(Exception(number, "?") for number in (1021, 1047, 1114, 1129, 1135, 1203, 1226)),
        *(Exception(number, "?") for number in (1317, 1969, 2013)),
    ],
    ids=lambda cause: str(getattr(cause, "sqlstate", cause.args[0])),
)
def test_what_may_succeed_later_is_unavailable(cause: Exception) -> None:
    assert meaning(DBAPIError("SELECT 1", None, cause)) is Failure.unavailable


def test_who_meets_a_table_that_is_being_altered_is_hindered() -> None:
    assert meaning(DBAPIError("SELECT 1", None, Exception(1412, "?"))) is Failure.hindered


@pytest.mark.parametrize("failure", [NoConnectionLeft("none left"), OtherServer("mysql")])
def test_what_no_driver_says_is_unavailable_too(settings: Settings, failure: Exception) -> None:
    router = APIRouter()

    @router.get("/failing")
    def failing() -> None:
        raise failure

    with TestClient(
        create_service("failing", router, settings=settings), base_url="http://localhost"
    ) as client:
        answer = client.get("/failing")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"]


@pytest.mark.server
@pytest.mark.parametrize("address", ["127.0.0.1:1", "nobody.invalid"])
def test_a_server_that_is_not_there_is_not_available(settings: Settings, address: str) -> None:
    there = settings.database_url.rpartition("@")[2].partition("/")[0]
    elsewhere = settings.database_url.replace(there, address)
    gone = settings.model_copy(update={"database_url_setting": elsewhere})
    with TestClient(products_service.main.create_app(gone), base_url="http://localhost") as client:
        for path, code in (("/products", 503), ("/readyz", 503), ("/healthz", 200)):
            assert client.get(path).status_code == code
