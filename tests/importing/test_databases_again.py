"""Databases that are imported again: what came before is known, what is new is added."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from source_databases import (
    ANN,
    BOB,
    BOTH,
    CUP,
    NOBODYS,
    NOTES,
    ORDERS_V1,
    PURCHASES,
    TEA,
    TRADE,
    V1,
    make,
    make_four,
)

from common.db.session import Database
from common.importing.four_databases import importer as four_databases
from common.importing.orders_v1 import importer as orders_v1
from common.importing.purchases import importer as purchases
from common.importing.records.outcome import Counts, Outcome
from tests.importing.telling import rejected

Bring = Callable[..., Outcome]
Snapshot = Callable[[], dict[str, list[Any]]]
NEW_ORDER = (35, 14, "2024-07-01", 9.3)
NEW_LINE = (50, 35, 21, 3, 9.3)
LATER = {
    "orders": [*TRADE["orders"], NEW_ORDER],
    "order_lines": [*TRADE["order_lines"], NEW_LINE],
}


def written(outcome: Outcome) -> dict[str, int]:
    return {name: table.written for name, table in outcome.tables.items() if table.written}


@pytest.mark.parametrize("source", ["four-databases", "purchases", "orders-v1"])
def test_a_second_run_writes_nothing(
    source: str, database: Database, snapshot: Snapshot, tmp_path: Path
) -> None:
    run: Callable[[], Outcome] = {
        "four-databases": lambda: four_databases.run(database, make_four(tmp_path / "old", TRADE)),
        "purchases": lambda: purchases.run(database, make(tmp_path / "p.db", PURCHASES, NOTES)),
        "orders-v1": lambda: orders_v1.run(
            database, f"sqlite:///{make(tmp_path / 'o.db', ORDERS_V1, V1)}"
        ),
    }[source]
    first = run()
    before = snapshot()
    again = run()
    assert again.tables == {
        name: Counts(read=table.read, written=0, before=table.written)
        for name, table in first.tables.items()
    }
    assert (again.total_cents, again.opening_units, again.corrected_units) == (0, 0, 0)
    assert snapshot() == before


def test_a_dry_run_tells_the_same_and_writes_nothing(
    bring_four: Bring, snapshot: Snapshot, tmp_path: Path
) -> None:
    before = snapshot()
    told = bring_four(
        dry_run=True, rejects=tmp_path / "rejects.csv", customers=[ANN, (14, "", None)]
    )
    assert snapshot() == before
    assert (tmp_path / "rejects.csv").read_text().splitlines() == [
        "table,id,reason",
        "customers,14,name is blank",
    ]
    assert bring_four(customers=[ANN, (14, "", None)]) == told


def test_what_is_new_in_a_second_run_is_added(
    bring_four: Bring, sales: TestClient, products: TestClient, customers: TestClient
) -> None:
    bring_four()
    # the old system has sold on: two of the five teas are left, and there are scones
    told = bring_four(
        **LATER,
        customers=[ANN, BOB, (12, "Cid", None)],
        products=[(21, "Tea", 2, 3.1), CUP, (22, "Scone", 8, 1.0)],
    )
    assert written(told) == {"customers": 1, "products": 1, "orders": 1, "order_lines": 1}
    assert rejected(told) == {}
    assert (told.opening_units, told.corrected_units, told.total_cents) == (8, 0, 930)
    new = sales.get("/orders").json()[-1]
    assert (new["id"], new["customer_id"], new["lines"][0]["id"]) == (35, 14, 50)
    assert products.get("/products/21").json()["quantity"] == 2
    scone = products.get("/products").json()[-1]
    assert (scone["sku"], scone["quantity"]) == (f"P-{scone['id']}", 8)
    assert customers.get("/customers").json()[-1]["name"] == "Cid"


def test_new_orders_of_a_later_run_are_mapped_where_the_shop_has_sold(
    bring_four: Bring, sales: TestClient
) -> None:
    bring_four()
    sales.post("/orders", json={"lines": [{"product_id": 21, "quantity": 1}]})
    bring_four(**LATER)
    assert [each["id"] for each in sales.get("/orders").json()] == [31, 34, 35, 36]
    new = sales.get("/orders/36").json()
    assert (new["number"], new["customer_id"], new["order_date"]) == (
        *("O-36", 14),
        "2024-07-01T00:00:00Z",
    )


def test_a_level_that_would_fall_below_zero_is_corrected(
    bring_four: Bring, sales: TestClient, products: TestClient
) -> None:
    bring_four()
    sales.post("/sales", json={"product_id": 21, "quantity": 4})
    assert bring_four(**LATER).corrected_units == 2
    ledger = products.get("/products/21/inventory-transactions").json()
    assert [(each["change"], each["quantity"], each["reason"]) for each in ledger[-3:]] == [
        (-4, 1, "sale"),
        (2, 3, "correction by import"),
        (-3, 0, "sale"),
    ]
    assert ledger[-2]["effective_at"] == "2024-06-30T23:59:59Z"


def test_no_level_of_the_past_falls_below_zero(bring_four: Bring, products: TestClient) -> None:
    bring_four()
    early = (36, None, "2024-04-01", 3.1)
    told = bring_four(
        orders=[BOTH, NOBODYS, early], order_lines=[*TRADE["order_lines"], (51, 36, 21, 1, 3.1)]
    )
    assert told.corrected_units == 1  # in April there were none yet
    ledger = products.get("/products/21/inventory-transactions").json()
    level, levels = 0, []
    for each in sorted(ledger, key=lambda each: each["effective_at"]):
        level += each["change"]
        levels.append(level)
    assert min(levels) == 0


def test_what_has_changed_since_is_rejected_and_still_found_by_what_is_new(
    bring_four: Bring, sales: TestClient, customers: TestClient
) -> None:
    bring_four()
    told = bring_four(
        customers=[ANN, (14, "Robert", None)],
        products=[(21, "Tea", 5, 3.5), CUP],
        orders=[(31, None, "2024-05-01", 13.455), NOBODYS, NEW_ORDER],
        order_lines=[*TRADE["order_lines"][:2], (46, 34, 21, 1, 6.2), NEW_LINE],
    )
    altered = {"it was imported before with other content": 1}
    assert rejected(told) == {
        "customers": altered,
        "products": altered,
        "orders": {"it was imported before with other content": 2},
        "order_lines": {"its order was rejected": 3},
    }
    assert written(told) == {"orders": 1, "order_lines": 1}
    new = sales.get("/orders").json()[-1]
    assert (new["customer_id"], new["lines"][0]["product_id"]) == (14, 21)
    assert customers.get("/customers/14").json()["name"] == "Bob"
    assert sales.get("/orders/31").json()["customer_id"] == 11


@pytest.mark.parametrize(("name", "price"), [("Bob", 1.0), ("Robert", 1.2)])
def test_what_was_deleted_since_does_not_come_back(
    bring_four: Bring,
    customers: TestClient,
    products: TestClient,
    snapshot: Snapshot,
    name: str,
    price: float,
) -> None:
    """Also where the source altered it."""
    scone = (22, "Scone", 8, 1.0)
    bring_four(products=[TEA, CUP, scone])
    customers.delete("/customers/14")
    products.delete("/products/22")
    before = snapshot()
    told = bring_four(
        customers=[ANN, (14, name, None)],
        products=[TEA, CUP, (22, "Scone", 8, price)],
        orders=[*TRADE["orders"], NEW_ORDER, (36, None, "2024-07-01", price)],
        order_lines=[*TRADE["order_lines"], NEW_LINE, (51, 36, 22, 1, price)],
    )
    assert rejected(told) == {
        "orders": {
            "a line of it was rejected": 1,
            "its customer was imported before and deleted since": 1,
        },
        "order_lines": {
            "its order was rejected": 1,
            "its product was imported before and deleted since": 1,
        },
    }
    assert told.tables["customers"] == Counts(read=2, written=0, before=2)
    assert told.tables["products"] == Counts(read=3, written=0, before=3)
    assert snapshot() == before


@pytest.mark.parametrize("name", ["Jane", "Janet"])  # as she came, and altered there
def test_purchases_of_a_customer_who_was_deleted_are_rejected(
    name: str, database: Database, customers: TestClient, tmp_path: Path
) -> None:
    purchases.run(database, make(tmp_path / "p.db", PURCHASES, NOTES))
    customers.delete("/customers/4")
    late = (9, "Late", 1, 4, "2022-04-12 08:00:00", None)
    john, jane = NOTES["customer"]
    rows = {
        "customer": [john, (jane[0], name, *jane[2:])],
        "purchases": [*NOTES["purchases"], late],
    }
    told = purchases.run(database, make(tmp_path / "p.db", PURCHASES, rows))
    assert told.tables["customer"] == Counts(read=2, written=0, before=2)
    assert told.tables["purchases"].rejected == {
        "its customer was imported before and deleted since": 1
    }


def test_ids_of_whom_an_import_brought_are_never_another_s(
    database: Database, customers: TestClient, tmp_path: Path
) -> None:
    lone = {"customer": NOTES["customer"], "purchases": []}
    purchases.run(database, make(tmp_path / "p.db", PURCHASES, lone))
    for id_ in (1, 4):
        assert customers.delete(f"/customers/{id_}").status_code == 200
    orders_v1.run(database, f"sqlite:///{make(tmp_path / 'o.db', ORDERS_V1, V1)}")
    ids = [each["id"] for each in customers.get("/customers").json()]
    assert len(ids) == 2
    assert min(ids) > 4  # and not 2 and 5, which the source calls them
    told = purchases.run(database, make(tmp_path / "p.db", PURCHASES, NOTES))
    assert told.tables["purchases"].written == 0


def test_sources_do_not_take_each_other_s_records_for_theirs(
    bring_four: Bring, database: Database, customers: TestClient, tmp_path: Path
) -> None:
    bring_four(customers=[(1, "Ann", None), *TRADE["customers"]])
    told = purchases.run(database, make(tmp_path / "p.db", PURCHASES, NOTES))
    assert told.tables["customer"] == Counts(read=2, written=2)
    assert [each["name"] for each in customers.get("/customers").json()] == [
        *("Ann", "Ann Lee", "Bob", "John Doe", "Jane")
    ]


def test_orders_of_a_blocked_product_show_no_level(bring_four: Bring, products: TestClient) -> None:
    bring_four()
    products.patch("/products/21", json={"status": "blocked"})
    bring_four(**LATER)
    assert products.get("/products/21").json()["quantity"] is None
    products.patch("/products/21", json={"status": "active"})
    assert products.get("/products/21").json()["quantity"] == 2
