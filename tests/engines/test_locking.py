"""Who edits a record gets at it, and who waits for an edit sees what came of it."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from common.catalogue.products import ProductStatus
from common.db.session import Database, Session
from common.sales.placing import LineWish, OrderWish, place
from products_service.products import service
from products_service.products.schemas import ProductPatch

pytestmark = pytest.mark.server

# A request that does not wait has answered by then. One that waits is not hurried by it.
MOMENT = 1.5
# Transactions that overlap, so that there always is one, and how long each of them lasts.
HOLDERS, HELD = 6, 0.5
# An editor comes after those in flight, within a second or two. Whom the next ones overtake waits
# ten to a hundred times as long, and no lock timeout tells of it: each of its waits is short.
SOON_OF_PRODUCTS, SOON_OF_CUSTOMERS = 60, 12


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(HOLDERS + 1) as made:
        yield made


def test_an_order_waits_for_a_product_that_moves_to_another_category(
    database: Database,
    products: TestClient,
    sales: TestClient,
    goods: dict[str, int],
    pool: ThreadPoolExecutor,
) -> None:
    toys = products.post("/categories", json={"name": "toys"}).json()["id"]
    sold = {"product_id": goods["TEA"], "quantity": 1}
    with database.transaction() as session:
        moved = text("UPDATE products SET category_id = :category WHERE id = :id")
        session.execute(moved, {"category": toys, "id": goods["TEA"]})
        selling: Future[Any] = pool.submit(sales.post, "/sales", json=sold)
        threading.Event().wait(MOMENT)
        assert not selling.done()
    answer = selling.result(60)
    assert (answer.status_code, answer.json()["category"]) == (201, "toys")


def test_an_order_waits_for_a_product_that_is_blocked_and_is_refused(
    database: Database, sales: TestClient, goods: dict[str, int], pool: ThreadPoolExecutor
) -> None:
    sold = {"product_id": goods["TEA"], "quantity": 1}
    with database.transaction() as session:
        service.update(session, goods["TEA"], ProductPatch(status=ProductStatus.blocked))
        selling: Future[Any] = pool.submit(sales.post, "/sales", json=sold)
        threading.Event().wait(MOMENT)
        assert not selling.done()
    answer = selling.result(60)
    assert (answer.status_code, answer.json()["code"]) == (409, "product_not_active")


def test_a_product_is_blocked_after_the_orders_in_flight(
    database: Database, products: TestClient, goods: dict[str, int], pool: ThreadPoolExecutor
) -> None:
    with database.transaction() as session:
        place(session, OrderWish([LineWish(goods["TEA"], 2)]))
        blocking: Future[Any] = pool.submit(
            products.patch, f"/products/{goods['TEA']}", json={"status": "blocked"}
        )
        threading.Event().wait(MOMENT)
        assert not blocking.done()
    assert blocking.result(60).status_code == 200
    ledger = products.get(f"/products/{goods['TEA']}/inventory-transactions").json()
    told = [(row["change"], row["quantity"], row["reason"]) for row in ledger]
    assert told[-2:] == [(-2, 3, "sale"), (0, None, "blocked")]


@pytest.fixture
def always_held(database: Database, pool: ThreadPoolExecutor) -> Callable[..., Any]:
    """Runs what is given in transactions that overlap, while something else is called."""

    @contextmanager
    def held(hold: Callable[[Session], Any]) -> Iterator[None]:
        over = threading.Event()

        def keep(place: int) -> None:
            time.sleep(place * HELD / HOLDERS)
            while not over.is_set():
                with database.transaction() as session:
                    hold(session)
                    time.sleep(HELD)

        kept = [pool.submit(keep, place) for place in range(HOLDERS)]
        try:
            time.sleep(HELD)
            yield
        finally:
            over.set()
        for each in kept:
            each.result(60)

    return held


def test_a_product_is_edited_while_it_is_sold(
    products: TestClient, goods: dict[str, int], always_held: Callable[..., Any]
) -> None:
    wish = OrderWish([LineWish(goods["WRAP"], 1)])
    with always_held(lambda session: place(session, wish)):
        began = time.monotonic()
        for name in ("Paper", "Ribbon"):
            answer = products.patch(f"/products/{goods['WRAP']}", json={"name": name})
            assert (answer.status_code, answer.json()["name"]) == (200, name)
        assert time.monotonic() - began < SOON_OF_PRODUCTS


def test_a_customer_is_edited_while_it_orders(
    customers: TestClient, goods: dict[str, int], always_held: Callable[..., Any]
) -> None:
    ada = customers.post("/customers", json={"name": "Ada"}).json()["id"]
    wish = OrderWish([LineWish(goods["WRAP"], 1)], customer_id=ada)
    with always_held(lambda session: place(session, wish)):
        began = time.monotonic()
        for name in ("Augusta", "Ada King"):
            answer = customers.patch(f"/customers/{ada}", json={"name": name})
            assert (answer.status_code, answer.json()["name"]) == (200, name)
        assert time.monotonic() - began < SOON_OF_CUSTOMERS
