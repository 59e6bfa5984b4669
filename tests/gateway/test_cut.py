"""A report is a cut: orders that are placed while it is made are not in it."""

import csv
import io
import threading
from collections.abc import Callable
from typing import Any

import httpx2
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from common.db.models.orders import OrderLine
from common.db.session import Database


def buy(http: httpx2.Client, orders: str, done: threading.Event, placed: list[int]) -> None:
    """Place one order after the other, of each customer in turn; the statuses are told."""
    while not done.is_set():
        for customer in (1, 2, None):
            order = {"customer_id": customer, "lines": [{"product_id": 1, "quantity": 1}]}
            placed.append(http.post(orders, json=order).status_code)


def test_orders_placed_during_a_report_leave_it_equal_to_the_ledger_at_its_watermark(
    shop: dict[str, str],
    http: httpx2.Client,
    database: Database,
    products: TestClient,
    customers: TestClient,
    sales: TestClient,
    goods: dict[str, int],
    snapshot: Callable[[], Any],
) -> None:
    products.patch("/products/1", json={"quantity": 1_000_000})
    for name in ("Ann", "Bob"):
        customers.post("/customers", json={"name": name})
    # five batches, the last of them of orders without a customer
    for customer in (1, 2, None):
        lines = [{"product_id": 1, "quantity": 1}] * 2000
        for _ in range(3):
            sales.post("/orders", json={"customer_id": customer, "lines": lines})
    done, placed = threading.Event(), list[int]()
    buyer = threading.Thread(target=buy, args=(http, f"{shop['sales']}/orders", done, placed))
    buyer.start()
    totals = []
    for _ in range(3):
        response = http.get(f"{shop['gateway']}/report/customer-orders?format=csv")
        rows = list(csv.DictReader(io.StringIO(response.text)))
        of_ledger = select(func.count(), func.sum(OrderLine.line_total_cents)).where(
            OrderLine.order_id <= int(response.headers["x-as-of"])
        )
        with database.reading() as session:
            expected = session.execute(of_ledger).one()
        found = sum(round(float(row["line_total"]) * 100) for row in rows)
        assert (len(rows), found) == tuple(expected)
        totals.append(found)
    done.set()
    buyer.join()
    assert set(placed) == {201}
    assert totals[0] < totals[-1]
