"""What the database of system 4 becomes, be it read from SQLite or from PostgreSQL."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from source_databases import ORDERS_V1, V1, loose, make
from source_databases import V1_TOLD as TOLD

from common.db.session import Database
from common.importing.orders_v1 import importer
from common.importing.records.outcome import Counts, Outcome

Bring = Callable[..., Outcome]


@pytest.fixture
def bring(database: Database, tmp_path: Path) -> Bring:
    """Imports rows into the test's shop; those that are not named are of V1."""

    def run(tables: Any = ORDERS_V1, rejects: Path | None = None, **rows: Any) -> Outcome:
        file = make(tmp_path / "orders.db", tables, V1 | rows)
        return importer.run(database, f"sqlite:///{file}", rejects=rejects)

    return run


def test_an_empty_shop_keeps_every_id(
    bring: Bring, customers: TestClient, products: TestClient, sales: TestClient
) -> None:
    assert bring() == TOLD
    fields = ("id", "name", "email", "created_at")
    assert [[each[f] for f in fields] for each in customers.get("/customers").json()] == [
        [2, "John Doe", "john@example.com", "2024-01-10T08:00:00Z"],
        [5, "Ann Lee", "ann@example.com", "2024-01-11T09:30:00.250000Z"],
    ]
    fields = ("id", "sku", "name", "price_cents", "kind", "quantity")
    assert [[each[f] for f in fields] for each in products.get("/products").json()] == [
        [3, "P-3", 'MacBook Pro 16"', 249999, "service", None],
        [9, "P-9", "Mouse", 1999, "service", None],
    ]
    assert products.get("/products/9/inventory-transactions").json() == []
    fields = ("id", "number", "customer_id", "label", "order_date", "total_cents", "status")
    assert [[each[f] for f in fields] for each in sales.get("/orders").json()] == [
        [6, "O-6", 2, "pending", "2024-02-01T10:00:00Z", 501997, "closed"],
        [8, "O-8", 5, "Sent, at last", "2024-02-02T11:00:00Z", 5697, "closed"],
    ]
    assert sales.get("/orders/8").json()["lines"] == [
        {
            "id": 13,
            "product_id": 9,
            "sku": "P-9",
            "product_name": "Mouse",
            "quantity": 3,
            "unit_price_cents": 1899,
            "line_total_cents": 5697,
        }
    ]
    assert [line["id"] for line in sales.get("/orders/6").json()["lines"]] == [12, 15]
    assert [each["id"] for each in sales.get("/orders", params={"q": "at LAST"}).json()] == [8]


def test_the_next_records_get_free_ids(
    bring: Bring, customers: TestClient, products: TestClient, sales: TestClient
) -> None:
    bring()
    assert customers.post("/customers", json={"name": "Next"}).json()["id"] > 5
    ware = {"sku": "NEXT", "name": "Next", "category_id": 1, "price_cents": 1}
    assert products.post("/products", json=ware).json()["id"] > 9
    placed = sales.post("/orders", json={"lines": [{"product_id": 9, "quantity": 1}]}).json()
    assert placed["id"] > 8
    assert placed["lines"][0]["id"] > 15


def test_a_user_whose_email_a_customer_has_is_that_customer(
    bring: Bring, customers: TestClient, sales: TestClient
) -> None:
    known = {"name": "Johnny", "email": "JOHN@example.com", "address": "Here"}
    there = customers.post("/customers", json=known).json()
    told = bring()
    assert told.tables["users"] == Counts(read=2, written=1, already=1)
    assert customers.get(f"/customers/{there['id']}").json() == there
    assert sales.get("/orders/6").json()["customer_id"] == there["id"]
    again = bring()
    assert again.tables["users"] == Counts(read=2, written=0, before=2)


def test_users_with_one_email_are_one_customer(
    bring: Bring, customers: TestClient, sales: TestClient
) -> None:
    users = [(5, "ANN@example.com", "Ann", None), (2, "ann@example.com", "Ann Lee", None)]
    told = bring(users=users)
    assert told.tables["users"] == Counts(read=2, written=1, already=1)
    assert [each["name"] for each in customers.get("/customers").json()] == ["Ann Lee"]
    assert [each["customer_id"] for each in sales.get("/orders").json()] == [2, 2]
    assert bring(users=users).tables["users"] == Counts(read=2, written=0, before=2)


_AT = "2024-02-01 10:00:00"
UNSOUND: dict[str, list[tuple[Any, ...]]] = {
    "users": [
        (101, "nobody", "X", _AT),
        (102, "a b@c.de", "X", _AT),
        (103, f"{'x' * 251}@y.z", "X", _AT),
        (104, "x@y.z", None, _AT),
        (105, "x@y.z", "X", "then"),
    ],
    "products": [
        (101, "X", -1),
        (102, "X", 10**12 + 1),
        (103, "X", 0.5),
        (104, "X", None),
    ],
    "orders": [
        (101, 2, "x" * 201, _AT),
        (102, 2, "X", None),
        (103, 2, "X", _AT),
        (104, 105, "X", _AT),
        (105, 2, "X", _AT),
    ],
    "order_items": [
        (102, 102, 9, 1, 1),
        (103, 103, 9, 10**9, 1001),
        (104, 104, 9, 1, 1),
        (105, 105, 101, 1, 1),
        (106, 105, 9, 1, -1),
    ],
}
REASONS = {
    "users": {
        "email is no e-mail address": 2,
        "created_at is no time": 1,
        "email is longer than 254 characters": 1,
        "full_name is missing": 1,
    },
    "products": {
        "price_cents is missing": 1,
        "price_cents is no whole number of 0 or more": 2,
        "price_cents is too large": 1,
    },
    "orders": {
        "a line of it was rejected": 2,
        "created_at is missing": 1,
        "its customer was rejected": 1,
        "status is longer than 200 characters": 1,
    },
    "order_items": {
        "its order was rejected": 3,
        "price_cents_at_purchase is no whole number of 0 or more": 1,
        "quantity times price_cents_at_purchase is too large": 1,
    },
}


def test_what_is_unsound_is_rejected_by_reason(bring: Bring, tmp_path: Path) -> None:
    rows = {name: [*V1[name], *UNSOUND[name]] for name in V1}
    told = bring(loose(ORDERS_V1), rejects=tmp_path / "rejects.csv", **rows)
    assert {name: table.rejected for name, table in told.tables.items()} == REASONS
    assert told.total_cents == TOLD.total_cents


def test_a_user_without_email_and_an_order_of_nobody(
    bring: Bring, customers: TestClient, sales: TestClient
) -> None:
    bring(
        users=[(2, None, "John Doe", None), (5, " ", "Ann Lee", None)],
        orders=[(6, None, None, "2024-02-01T10:00:00+02:00"), V1["orders"][1]],
    )
    assert [each["email"] for each in customers.get("/customers").json()] == [None, None]
    order = sales.get("/orders/6").json()
    assert (order["customer_id"], order["label"]) == (None, None)
    assert order["order_date"] == "2024-02-01T08:00:00Z"
