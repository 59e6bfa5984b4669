"""On a server ids are taken before the commit, so some who write take turns."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from common.db.session import Database
from common.importing.online_retail import importer
from common.importing.online_retail.outcome import Outcome
from common.sales.placing import LineWish, OrderWish, place

pytestmark = pytest.mark.server

COLUMNS = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
# A request that does not wait has answered by then. One that waits is not hurried by it.
MOMENT = 2


@pytest.fixture
def in_flight(database: Database) -> Callable[[Callable[[], Any]], Any]:
    """Calls a function while an order is placed and not committed; gives what it returned."""

    def run(call: Callable[[], Any], *, wait: bool) -> Any:
        with ThreadPoolExecutor(1) as pool:
            with database.transaction() as session:
                place(session, OrderWish([LineWish(1, 1)]))
                called: Future[Any] = pool.submit(call)
                if wait:
                    threading.Event().wait(MOMENT)
                    assert not called.done()
                else:
                    called.result(60)
            return called.result(60)

    return run


def test_a_report_of_several_batches_waits_for_the_orders_in_flight(
    sales: TestClient, goods: dict[str, int], in_flight: Callable[..., Any]
) -> None:
    body = {"lines": [{"product_id": goods["WRAP"], "quantity": 1}] * 2}
    first = sales.post("/orders", json=body).json()["id"]

    def later() -> Any:
        assert sales.post("/orders", json=body).json()["id"] == first + 2
        return sales.get("/report/order-lines", params={"limit": 1}).json()

    batch = in_flight(later, wait=True)
    assert batch["as_of"] == first + 2
    rest = sales.get(
        "/report/order-lines", params={"as_of": batch["as_of"], "cursor": batch["next"]}
    ).json()
    told = [row[1] for row in batch["rows"] + rest["rows"]]
    assert told == [first, first, first + 1, first + 2, first + 2]


def test_a_report_of_one_batch_waits_for_nobody(
    sales: TestClient, goods: dict[str, int], in_flight: Callable[..., Any]
) -> None:
    body = {"lines": [{"product_id": goods["WRAP"], "quantity": 1}]}
    first = sales.post("/orders", json=body).json()["id"]
    batch = in_flight(lambda: sales.get("/report/order-lines").json(), wait=False)
    assert (batch["as_of"], batch["next"]) == (first, None)


@pytest.fixture
def year(tmp_path: Path) -> Path:
    file = tmp_path / "year.csv"
    rows = [
        f"{number},TEA,Tea,{quantity},2010-12-0{number % 9 + 1} 08:26:00,1.005,7,France"
        for number in range(30001, 30041)
        for quantity in (2, 3)
    ]
    file.write_text("\n".join([COLUMNS, *rows]))
    return file


def bring(database: Database, file: Path) -> Outcome:
    return importer.run(database, file, zone=ZoneInfo("UTC"))


def test_an_import_waits_for_the_orders_in_flight_and_orders_go_on_after_it(
    database: Database,
    products: TestClient,
    sales: TestClient,
    goods: dict[str, int],
    year: Path,
    in_flight: Callable[..., Any],
    shop_row: Callable[..., None],
) -> None:
    shop_row(currency="GBP")
    outcome = in_flight(lambda: bring(database, year), wait=True)
    assert (outcome.order_lines, outcome.new_products) == (80, 0)
    placed = sales.post("/orders", json={"lines": [{"product_id": goods["WRAP"], "quantity": 1}]})
    assert (placed.status_code, placed.json()["id"]) == (201, 42)
    added = {"product_id": goods["TEA"], "change": 1, "reason": "found"}
    assert products.post("/inventory-adjustments", json=added).status_code == 201


def test_two_imports_of_a_file_bring_it_once(database: Database, year: Path) -> None:
    start = threading.Barrier(2)

    def run(_place: int) -> Outcome:
        start.wait()
        return bring(database, year)

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(run, range(2)))
    assert sorted(outcome.order_lines for outcome in outcomes) == [0, 80]
    assert sorted(outcome.repeated for outcome in outcomes) == [0, 80]
