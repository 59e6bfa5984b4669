"""A unit of work that met another is begun anew, whole; who asks hears of it only at the bound."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

import products_service.main
from common.db.failures import Failure, meaning
from common.db.models.catalogue import Category
from common.db.session import ATTEMPTS, Database, Session, connect, undone_alone
from common.errors import Conflict
from common.settings import Settings

RENAME = text("UPDATE products SET name = :name WHERE id = :id")
COUNTED = "daybook_units_of_work_begun_anew_total"


@pytest.fixture
def anew(database: Database) -> list[None]:
    """Has an entry for each unit of work that was begun anew."""
    found: list[None] = []
    database.begun_anew = lambda: found.append(None)
    return found


@pytest.mark.server
def test_of_two_that_lock_each_other_out_both_succeed(
    database: Database, goods: dict[str, int], anew: list[None]
) -> None:
    both = Barrier(2)

    def rename(ids: list[int]) -> int:
        begun = 0

        def work(session: Session) -> None:
            nonlocal begun
            begun += 1
            session.execute(RENAME, {"id": ids[0], "name": f"by {ids}"})
            if begun == 1:
                both.wait(30)
            session.execute(RENAME, {"id": ids[1], "name": f"by {ids}"})

        database.run(work)
        return begun

    with ThreadPoolExecutor(2) as pool:
        begun = list(pool.map(rename, [[1, 2], [2, 1]]))
    assert sorted(begun) == [1, 2]
    assert len(anew) == 1


@pytest.mark.server
def test_of_two_keyed_writes_that_lock_each_other_out_both_succeed(
    database: Database, goods: dict[str, int], anew: list[None]
) -> None:
    """What is undone with a deadlock is all of the transaction, the savepoint included."""
    both = Barrier(2)

    def rename(ids: list[int]) -> None:
        begun = 0

        def work(session: Session) -> None:
            nonlocal begun
            begun += 1
            with undone_alone(session):
                session.execute(RENAME, {"id": ids[0], "name": f"by {ids}"})
                if begun == 1:
                    both.wait(30)
                session.execute(RENAME, {"id": ids[1], "name": f"by {ids}"})

        database.run(work)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(rename, [[1, 2], [2, 1]]))
    assert len(anew) == 1


def test_nothing_of_an_attempt_that_failed_is_left(
    database: Database, goods: dict[str, int], anew: list[None]
) -> None:
    begun = 0

    def work(session: Session) -> int:
        nonlocal begun
        begun += 1
        session.add(Category(name=f"garden {begun}"))
        session.flush()
        if begun < 3:
            session.add(Category(name="kitchen"))  # there is one: somebody was faster
            session.flush()
        return begun

    assert database.run(work) == 3
    assert len(anew) == 2
    with database.transaction() as session:
        names = session.scalars(text("SELECT name FROM categories ORDER BY name")).all()
        assert names == ["garden 3", "kitchen"]


@pytest.mark.parametrize("stale", [False, True])
def test_what_never_succeeds_is_told_after_the_last_attempt(
    database: Database, goods: dict[str, int], anew: list[None], snapshot: Any, *, stale: bool
) -> None:
    before = snapshot()

    def work(session: Session) -> None:
        session.add(Category(name="toys"))
        session.flush()
        if stale:
            raise StaleDataError("another was faster")
        session.add(Category(name="toys"))
        session.flush()

    with pytest.raises(StaleDataError if stale else DBAPIError):
        database.run(work)
    assert len(anew) == ATTEMPTS - 1
    assert snapshot() == before


@pytest.mark.parametrize("failure", [Conflict("no"), ValueError("wrong")])
def test_what_is_refused_is_not_tried_again(
    database: Database, anew: list[None], failure: Exception
) -> None:
    def work(_session: Session) -> None:
        raise failure

    with pytest.raises(type(failure)):
        database.run(work)
    assert anew == []


@pytest.mark.sqlite("other engines lock rows")
def test_who_finds_sqlite_locked_for_too_long_waits_once_more(
    settings: Settings, database: Database, goods: dict[str, int]
) -> None:
    """The lock is held for longer than one wait, and for less than two."""
    impatient = settings.model_copy(update={"lock_timeout": 1.0})
    app = products_service.main.create_app(impatient)
    with TestClient(app, base_url="http://localhost") as client:
        held, released = threading.Event(), threading.Event()

        def hold() -> None:
            with database.transaction() as session:
                session.execute(text("SELECT 1"))
                held.set()
                released.wait(30)

        holder = threading.Thread(target=hold)
        holder.start()
        held.wait(30)
        threading.Timer(1.4, released.set).start()
        answer = client.patch("/products/1", json={"name": "Other"})
        holder.join()
        assert (answer.status_code, answer.json()["name"]) == (200, "Other")
        assert f"{COUNTED} 1.0" in client.get("/metrics").text


@pytest.mark.sqlite("other engines lock rows")
def test_who_waits_beyond_the_bound_is_told_to_come_back(
    settings: Settings, database: Database, goods: dict[str, int], snapshot: Any
) -> None:
    before = snapshot()
    impatient = settings.model_copy(update={"lock_timeout": 0.2})
    app = products_service.main.create_app(impatient)
    with (
        TestClient(app, base_url="http://localhost") as client,
        database.transaction() as session,
    ):
        session.execute(text("SELECT 1"))
        began = time.monotonic()
        headers = {"Idempotency-Key": "a"}
        answer = client.patch("/products/1", json={"name": "Other"}, headers=headers)
        assert time.monotonic() - began < 20
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert snapshot() == before


@pytest.mark.sqlite("it is its words")
def test_locked_is_hindered(database: Database, settings: Settings) -> None:
    impatient = connect(settings.model_copy(update={"lock_timeout": 0.1}))
    with database.transaction() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(OperationalError) as failed, impatient.transaction() as other:
            other.execute(text("SELECT 1"))
    impatient.dispose()
    assert meaning(failed.value) is Failure.hindered
