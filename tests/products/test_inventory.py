from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

Snapshot = Callable[[], Any]


def adjust(products: TestClient, **body: Any) -> Any:
    return products.post("/inventory-adjustments", json=body)


def test_a_change_is_written_with_its_reason(products: TestClient, goods: dict[str, int]) -> None:
    tea = goods["TEA"]
    response = adjust(
        products,
        product_id=tea,
        change=-2,
        reason="=broken()",
        reference="note 7",
        effective_at="2025-01-02T03:04:05+01:00",
    )
    made = response.json()
    assert (response.status_code, response.headers["location"]) == (
        201,
        f"/inventory-transactions/{made['id']}",
    )
    assert made == {
        "id": made["id"],
        "product_id": tea,
        "change": -2,
        "quantity": 3,
        "reason": "=broken()",
        "reference": "note 7",
        "effective_at": "2025-01-02T02:04:05Z",
        "recorded_at": made["recorded_at"],
    }
    assert made["recorded_at"] > "2026"
    assert products.get(response.headers["location"]).json() == made
    assert products.get(f"/products/{tea}").json()["quantity"] == 3


def test_a_count_is_of_what_stands_on_the_shelf(
    products: TestClient, sales: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    tea = goods["TEA"]
    sales.post("/orders", json={"lines": [{"product_id": tea, "quantity": 3}]})
    counted = adjust(products, product_id=tea, counted=4, reason="stocktake").json()
    assert (counted["change"], counted["quantity"]) == (-1, 1)
    record = products.get(f"/products/{tea}").json()
    assert (record["quantity"], record["allocated"], record["on_hand"]) == (1, 3, 4)
    same = adjust(products, product_id=tea, counted=4, reason="again").json()
    assert (same["change"], same["quantity"]) == (0, 1)
    before = snapshot()
    fewer = adjust(products, product_id=tea, counted=2, reason="thieves")
    assert (fewer.status_code, list(fewer.json()["errors"])) == (409, ["counted"])
    assert snapshot() == before


def test_no_more_is_taken_than_there_is(
    products: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    before = snapshot()
    response = adjust(products, product_id=goods["TEA"], change=-6, reason="fire")
    assert response.status_code == 409
    assert response.json()["shortages"] == [
        {"product_id": goods["TEA"], "requested": 6, "available": 5}
    ]
    assert snapshot() == before


SOUND = {"product_id": 1, "change": 1, "reason": "found"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        *[({"product_id": value}, "product_id") for value in ("1", None, 0, 2**63, 1.0, True)],
        *[({"change": value}, "change") for value in ("1", 1.5, 2**63, -(2**63) - 1, True)],
        *[({"counted": value, "change": None}, "counted") for value in ("1", -1, 2**63)],
        *[({"reason": value}, "reason") for value in (None, "", " ", 5, "x" * 201, "\x00")],
        *[({"reference": value}, "reference") for value in ("", 5, "x" * 201)],
        *[
            ({"effective_at": value}, "effective_at")
            for value in (
                *(5, "", "yesterday", "2025-01-01", "2025-01-01T00:00:00"),
                *("2999-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"),
            )
        ],
        ({"change": 0}, "change"),
        ({"counted": 1}, "body"),
        ({"change": None}, "body"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_refuses_bad_adjustments(
    change: dict[str, Any],
    field: str,
    products: TestClient,
    goods: dict[str, int],
    snapshot: Snapshot,
) -> None:
    before = snapshot()
    response = products.post("/inventory-adjustments", json=SOUND | change)
    assert (response.status_code, list(response.json()["errors"])) == (422, [field])
    assert snapshot() == before


def test_an_unknown_product_is_named(
    products: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    before = snapshot()
    response = adjust(products, product_id=77, change=1, reason="found")
    assert response.status_code == 404
    assert response.json()["errors"] == {"product_id": "There is no product with id 77."}
    assert snapshot() == before


def test_the_ledger_is_listed_for_all_and_for_one(
    products: TestClient, goods: dict[str, int]
) -> None:
    adjust(products, product_id=goods["TEA"], change=1, reason="found")
    of_all = products.get("/inventory-transactions").json()
    assert [(row["product_id"], row["change"]) for row in of_all] == [(1, 5), (2, 1), (1, 1)]
    of_one = products.get("/products/1/inventory-transactions", params={"reason": "found"})
    assert (of_one.json(), of_one.headers["content-range"]) == (
        [of_all[2]],
        "inventory-transactions 0-0/1",
    )
