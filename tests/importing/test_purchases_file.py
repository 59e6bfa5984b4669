"""What the file of system 1 becomes."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from source_databases import JANE, JOHN, NOTES, PURCHASES, loose, make

from common.db.session import Database
from common.importing.purchases import importer
from common.importing.records.outcome import Counts, Outcome

Bring = Callable[..., Outcome]


@pytest.fixture
def bring(database: Database, tmp_path: Path) -> Bring:
    """Imports rows into the test's shop; those that are not named are of NOTES."""

    def run(tables: Any = PURCHASES, rejects: Path | None = None, **rows: Any) -> Outcome:
        file = make(tmp_path / "db.sqlite3", tables, NOTES | rows)
        return importer.run(database, file, rejects=rejects)

    return run


def test_customers_and_purchases_keep_their_ids_and_times(
    bring: Bring, customers: TestClient
) -> None:
    assert bring() == Outcome(
        tables={"customer": Counts(read=2, written=2), "purchases": Counts(read=2, written=2)},
        total_cents=0,
        opening_units=0,
        corrected_units=0,
        currency="EUR",
    )
    john, jane = customers.get("/customers").json()
    fields = ("id", "number", "name", "address", "created_at")
    assert [john[field] for field in fields] == [1, "C-1", *JOHN[1:], "2022-04-09T12:43:17Z"]
    assert [jane[field] for field in fields] == [4, "C-4", *JANE[1:], "2022-04-10T00:00:01Z"]
    assert customers.get("/customers", params={"q": "c-4"}).json() == [jane]
    old, new = customers.get("/customers/1/purchases").json()
    fields = ("id", "purchase_name", "quantity", "product_id", "purchased_on", "last_updated_on")
    assert [old[field] for field in fields] == [
        *(3, "Iphone 10 Pro", 4, None, "2022-04-09T12:43:22.237526Z", None)
    ]
    assert [new[field] for field in fields] == [
        *(7, "Iphone 12 Pro", 40, None),
        *("2022-04-09T12:43:28.321654Z", "2022-04-09T12:43:56.924416Z"),
    ]


def test_the_next_records_get_free_ids(bring: Bring, customers: TestClient) -> None:
    bring()
    assert customers.post("/customers", json={"name": "Next"}).json()["id"] > JANE[0]
    told = {"purchase_name": "Next", "quantity": 1}
    assert customers.post("/customers/4/purchases", json=told).json()["id"] > 7


def test_a_customer_without_a_time_came_now(bring: Bring, customers: TestClient) -> None:
    began = datetime.now(UTC)
    bring(customer=[(*JOHN, None), (*JANE, "")])
    for each in customers.get("/customers").json():
        assert began <= datetime.fromisoformat(each["created_at"]) <= datetime.now(UTC)


def test_what_is_unsound_is_rejected_by_reason(bring: Bring, tmp_path: Path) -> None:
    at = "2022-04-09 12:43:22"
    unsound = [
        ((10, "X", 4, 99, at, None), "10,its customer is not there"),
        ((11, "X", 4, 5, at, None), "11,its customer was rejected"),
        ((12, "X", 4, None, at, None), "12,customer_id is missing"),
        ((13, "X", "4 or 5", 1, at, None), "13,quantity is no whole number of 1 or more"),
        ((14, "X", 1e20, 1, at, None), "14,quantity is too large"),
        ((15, None, 4, 1, at, None), "15,purchase_name is missing"),
        ((16, "X", 4, 1, None, None), "16,purchased_on is missing"),
        ((17, "X", 4, 1, "Foo 09 2022 12:43:17", None), "17,purchased_on is no time"),
        ((18, "X", 4, 1, at, "yesterday"), "18,last_updated_on is no time"),
        ((19, "X", 4, 1, "2022-13-09", None), "19,purchased_on is no time"),
        ((3, "X", 4, 1, at, None), "3,its id stands in several rows"),
        ((None, "X", 4, 1, at, None), ",id is missing"),
    ]
    told = bring(
        loose(PURCHASES),
        rejects=tmp_path / "rejects.csv",
        customer=[*NOTES["customer"], (5, "", "", None)],
        purchases=[*NOTES["purchases"], *(row for row, _ in unsound)],
    )
    _, *lines = (tmp_path / "rejects.csv").read_text().splitlines()
    first = NOTES["purchases"][0][0]
    assert sorted(lines) == sorted(
        [
            "customer,5,name is blank",
            f"purchases,{first},its id stands in several rows",
            *(f"purchases,{why}" for _, why in unsound),
        ]
    )
    assert told.tables["purchases"].read == 14
    assert (told.tables["customer"].written, told.tables["purchases"].written) == (2, 1)


def test_a_shop_with_customers_gives_ids_of_its_own(bring: Bring, customers: TestClient) -> None:
    for name in ("First", "Second"):
        customers.post("/customers", json={"name": name})
    bring()
    _, _, john, jane = customers.get("/customers").json()
    assert [john["id"], john["number"], jane["number"]] == [3, "C-3", "C-4"]
    found = customers.get(f"/customers/{john['id']}/purchases").json()
    assert [each["id"] for each in found] == [3, 7]  # of purchases the shop had none


def test_more_than_are_written_at_once(bring: Bring, customers: TestClient) -> None:
    many = range(1, 702)
    at = "2022-04-09 12:43:22"
    bring(
        customer=[(key, f"Name {key}", None, at) for key in many],
        purchases=[(key, "X", key, 702 - key, at, None) for key in many],
    )
    (found,) = customers.get("/customers/1/purchases").json()
    assert (found["id"], found["quantity"]) == (701, 701)
    last = customers.get("/customers/701").json()
    assert (last["number"], last["name"], last["version"]) == ("C-701", "Name 701", 1)
