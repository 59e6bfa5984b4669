"""Stocktakes, whose differences are those of the moment of counting."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

Json = dict[str, Any]
Snapshot = Callable[[], Any]


def take(products: TestClient, *lines: tuple[int, int], **body: Any) -> Any:
    sent = [{"product_id": id_, "counted": counted} for id_, counted in lines]
    return products.post("/stocktakes", json={"lines": sent} | body)


def level(products: TestClient, product_id: int, as_of: str | None = None) -> int:
    asked = {} if as_of is None else {"as_of": as_of}
    found: int = products.get(f"/products/{product_id}/inventory", params=asked).json()["quantity"]
    return found


def present() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def test_differences_become_movements(
    products: TestClient, sales: TestClient, goods: dict[str, int]
) -> None:
    tea, cup = goods["TEA"], goods["CUP"]
    sales.post("/orders", json={"lines": [{"product_id": tea, "quantity": 2}]})
    taken = take(products, (cup, 3), (tea, 4), reason="shelf A", reference="sheet 7")
    made = taken.json()
    assert (taken.status_code, taken.headers["location"]) == (201, "/stocktakes/1")
    assert made == {
        "id": 1,
        "reason": "shelf A",
        "reference": "sheet 7",
        "counted_at": made["counted_at"],
        "recorded_at": made["recorded_at"],
        "lines": [
            {
                "product_id": cup,
                "counted": 3,
                "expected": 1,
                "difference": 2,
                "inventory_transaction_id": 4,
            },
            {
                "product_id": tea,
                "counted": 4,
                "expected": 5,
                "difference": -1,
                "inventory_transaction_id": 5,
            },
        ],
    }
    assert products.get("/stocktakes/1").json() == made
    assert products.get("/stocktakes").json() == [made]
    record = products.get(f"/products/{tea}").json()
    assert (record["quantity"], record["allocated"], record["on_hand"]) == (2, 2, 4)


def test_a_difference_stands_in_the_ledger(products: TestClient, goods: dict[str, int]) -> None:
    tea = goods["TEA"]
    made = take(products, (tea, 4), reason="shelf A", reference="sheet 7").json()
    row = products.get("/inventory-transactions/3").json()
    assert (row["change"], row["quantity"], row["reason"], row["reference"]) == (
        *(-1, 4, "shelf A"),
        "sheet 7",
    )
    assert row["effective_at"] == made["counted_at"]
    last = products.get(f"/products/{tea}/inventory/explain").json()["last_count"]
    assert (last["id"], last["counted"], last["stocktake_id"]) == (3, 4, 1)


def test_the_difference_is_that_of_the_moment_of_counting(
    products: TestClient, sales: TestClient, goods: dict[str, int]
) -> None:
    tea = goods["TEA"]
    sales.post("/orders", json={"lines": [{"product_id": tea, "quantity": 1}]})
    counted_at = present()
    sales.post("/sales", json={"product_id": tea, "quantity": 2})
    sales.post("/orders", json={"lines": [{"product_id": tea, "quantity": 1}]})
    after = present()
    assert level(products, tea) == 1
    made = take(products, (tea, 6), counted_at=counted_at).json()
    (line,) = made["lines"]
    assert (line["expected"], line["difference"]) == (5, 1)
    assert made["counted_at"] == counted_at
    assert made["recorded_at"] > after
    assert level(products, tea) == 2
    assert level(products, tea, counted_at) == 5  # and one is promised
    assert level(products, tea, after) == 2


def test_an_adjustment_that_counts_is_of_its_moment_too(
    products: TestClient, sales: TestClient, goods: dict[str, int]
) -> None:
    tea = goods["TEA"]
    counted_at = present()
    sales.post("/sales", json={"product_id": tea, "quantity": 2})
    body = {"product_id": tea, "counted": 4, "reason": "shelf", "effective_at": counted_at}
    made = products.post("/inventory-adjustments", json=body).json()
    assert (made["change"], made["quantity"]) == (-1, 2)
    assert level(products, tea, counted_at) == 4


def test_nothing_is_written_where_too_few_were_counted(
    products: TestClient, sales: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    tea, cup = goods["TEA"], goods["CUP"]
    counted_at = present()
    sales.post("/orders", json={"lines": [{"product_id": tea, "quantity": 3}]})
    sales.post("/sales", json={"product_id": cup, "quantity": 1})
    before = snapshot()
    promised = take(products, (cup, 5), (tea, 2))
    assert promised.status_code == 409
    assert promised.json()["counts"] == [{"product_id": tea, "counted": 2, "least": 3}]
    assert list(promised.json()["errors"]) == ["lines"]
    sold = take(products, (tea, 2), (cup, 0), counted_at=counted_at)
    assert sold.status_code == 409
    assert sold.json()["counts"] == [
        {"product_id": tea, "counted": 2, "least": 3},
        {"product_id": cup, "counted": 0, "least": 1},
    ]
    assert snapshot() == before
    assert take(products, (tea, 3), (cup, 0)).status_code == 201


def test_what_was_received_later_was_not_sold_before(
    products: TestClient, sales: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    tea, days = goods["TEA"], [f"2025-06-0{day}T12:00:00Z" for day in range(2, 6)]
    for day, change in ((days[0], 10), (days[2], 20)):
        body = {"product_id": tea, "change": change, "reason": "received", "effective_at": day}
        assert products.post("/inventory-adjustments", json=body).status_code == 201
    sales.post("/sales", json={"product_id": tea, "quantity": 5, "sold_at": days[1]})
    before = snapshot()
    counted = {"product_id": tea, "counted": 0, "reason": "shelf", "effective_at": days[0]}
    for refused in (
        take(products, (tea, 0), counted_at=days[0]),
        products.post("/inventory-adjustments", json=counted),
    ):
        assert refused.status_code == 409
        assert refused.json()["counts"] == [{"product_id": tea, "counted": 0, "least": 5}]
    assert take(products, (tea, 4), counted_at=days[0]).status_code == 409
    assert snapshot() == before
    assert take(products, (tea, 5), counted_at=days[0]).status_code == 201
    assert [level(products, tea, day) for day in days] == [5, 0, 20, 20]
    assert take(products, (tea, 0), counted_at=days[1]).status_code == 201
    assert take(products, (tea, 0), counted_at=days[2]).status_code == 201
    assert [level(products, tea, day) for day in days] == [5, 0, 0, 0]
    assert level(products, tea) == 5  # the opening stock, which came today


def test_a_past_that_lacks_units_is_counted_as_it_is_told(
    products: TestClient, sales: TestClient, goods: dict[str, int]
) -> None:
    tea, first, second = goods["TEA"], "2025-06-02T12:00:00Z", "2025-06-03T12:00:00Z"
    sales.post("/sales", json={"product_id": tea, "quantity": 2, "sold_at": second})
    assert [level(products, tea, day) for day in (first, second)] == [0, -2]
    assert take(products, (tea, 0), counted_at=first).json()["lines"][0]["difference"] == 0
    assert take(products, (tea, 3), counted_at=first).json()["lines"][0]["difference"] == 3
    refused = take(products, (tea, 1), counted_at=first)
    assert refused.json()["counts"] == [{"product_id": tea, "counted": 1, "least": 2}]


def test_many_are_counted_at_once(products: TestClient, goods: dict[str, int]) -> None:
    made = take(products, (goods["CUP"], 1), (goods["TEA"], 5)).json()
    assert [line["difference"] for line in made["lines"]] == [0, 0]
    for number in range(3):
        take(products, (goods["TEA"], number), reason=f"shelf {number}")
    asked = {"q": "SHELF", "_sort": "id", "_order": "DESC", "limit": 2}
    page = products.get("/stocktakes", params=asked)
    assert [row["id"] for row in page.json()] == [4, 3]
    assert [row["id"] for row in products.get(page.links["next"]["url"]).json()] == [2]
    assert products.get("/stocktakes/77").json()["missing"] == [77]


LINE = {"product_id": 1, "counted": 5}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        *[({"lines": value}, "lines") for value in (None, [], [LINE, LINE], 5)],
        ({"lines": [{"product_id": 1}]}, "lines.0.counted"),
        *[
            ({"lines": [LINE | {"counted": value}]}, "lines.0.counted")
            for value in (-1, 1.5, "5", None, 10**9 + 1)
        ],
        *[({"lines": [LINE | {"product_id": value}]}, "lines.0.product_id") for value in (0, "1")],
        ({"lines": [LINE | {"colour": 1}]}, "lines.0.colour"),
        ({"lines": [{"product_id": n + 1, "counted": 0} for n in range(2001)]}, "lines"),
        *[({"reason": value}, "reason") for value in (None, "", 5, "x" * 201)],
        ({"reference": ""}, "reference"),
        *[
            ({"counted_at": value}, "counted_at")
            for value in ("2999-01-01T00:00:00Z", "2025-01-01", 5)
        ],
        ({"colour": 1}, "colour"),
    ],
)
def test_refuses_unsound_stocktakes(
    change: Json, field: str, products: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    before = snapshot()
    refused = products.post("/stocktakes", json={"lines": [LINE]} | change)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, [field])
    assert snapshot() == before


def test_names_what_is_unknown_and_what_is_a_service(
    products: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    before = snapshot()
    unknown = take(products, (goods["TEA"], 1), (77, 1), (66, 1))
    assert (unknown.status_code, unknown.json()["missing"]) == (404, [66, 77])
    service = take(products, (goods["TEA"], 1), (goods["WRAP"], 1))
    assert (service.status_code, service.json()["errors"]) == (
        422,
        {"lines": f"name services, of which no stock is held: {goods['WRAP']}"},
    )
    assert snapshot() == before


def test_a_count_before_the_first_movement_is_of_nothing(
    products: TestClient, goods: dict[str, int]
) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=400)).isoformat()
    (line,) = take(products, (goods["TEA"], 2), counted_at=long_ago).json()["lines"]
    assert (line["expected"], line["difference"]) == (0, 2)
    assert level(products, goods["TEA"]) == 7
