"""Levels at any instant, against a sum over the ledger in Python."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from fastapi.testclient import TestClient

Json = dict[str, Any]
Snapshot = Callable[[], Any]
MICROSECOND = timedelta(microseconds=1)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def told(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def adjust(products: TestClient, product_id: int, effective_at: str | None, **body: Any) -> Json:
    sent = {"product_id": product_id, "reason": "found"} | body
    if effective_at is not None:
        sent["effective_at"] = effective_at
    response = products.post("/inventory-adjustments", json=sent)
    assert response.status_code == 201, response.text
    made: Json = response.json()
    return made


def ledger(products: TestClient) -> list[Json]:
    rows: list[Json] = products.get("/inventory-transactions").json()
    return rows


def by_sums(rows: list[Json], instant: datetime) -> dict[int, int]:
    """What was there of each product that had moved by then."""
    levels: dict[int, int] = {}
    for row in rows:
        if moment(row["effective_at"]) <= instant:
            levels[row["product_id"]] = levels.get(row["product_id"], 0) + row["change"]
    return levels


def levels(products: TestClient, instant: datetime, **asked: Any) -> dict[int, int]:
    response = products.get("/inventory", params={"as_of": told(instant)} | asked)
    assert response.status_code == 200, response.text
    return {row["product_id"]: row["quantity"] for row in response.json()}


@pytest.fixture
def past(products: TestClient, goods: dict[str, int]) -> dict[str, int]:
    """Movements at the borders of months and years, two of them told out of their order."""
    tea, cup = goods["TEA"], goods["CUP"]
    for product_id, effective_at, change in (
        (tea, "2025-01-31T23:59:59.999999Z", 7),
        (tea, "2025-02-01T00:00:00Z", 20),
        (tea, "2025-02-01T00:00:00.000001Z", -3),
        (cup, "2024-12-31T23:59:59.999999Z", 4),
        (cup, "2025-02-01T01:30:00+02:00", 5),  # in January, by UTC
        (tea, "2024-02-29T12:00:00Z", 1),
        (cup, "2025-02-14T12:00:00.5Z", -2),
    ):
        adjust(products, product_id, effective_at, change=change)
    return goods


def instants(rows: list[Json]) -> Iterator[datetime]:
    """Just before, at and just after each movement, between them, and at months' ends."""
    known = sorted({moment(row["effective_at"]) for row in rows})
    for instant in known:
        yield from (instant - MICROSECOND, instant, instant + MICROSECOND)
    for one, other in pairwise(known):
        yield one + (other - one) / 2
    yield from (datetime(2024, month, 1, tzinfo=UTC) for month in range(1, 13))


def test_a_level_is_the_sum_of_what_had_happened(
    products: TestClient, past: dict[str, int]
) -> None:
    rows = ledger(products)
    present = datetime.now(UTC)
    asked = [each for each in instants(rows) if each <= present]
    assert len(asked) > 40
    for instant in asked:
        expected = by_sums(rows, instant)
        assert levels(products, instant) == expected, instant
        for product_id in (past["TEA"], past["CUP"]):
            one = products.get(f"/products/{product_id}/inventory", params={"as_of": told(instant)})
            assert one.json()["quantity"] == expected.get(product_id, 0), instant


def test_a_record_tells_the_value_of_its_instant(
    products: TestClient, past: dict[str, int]
) -> None:
    tea = past["TEA"]
    before = datetime.now(UTC)
    products.patch(f"/products/{tea}", json={"price_cents": 400, "cost_cents": 150})
    between = datetime.now(UTC)
    products.patch(f"/products/{tea}", json={"price_cents": 500})
    products.patch(f"/products/{tea}", json={"name": "Green tea", "cost_cents": None})
    assert products.get("/inventory", params={"id": tea, "as_of": told(between)}).json() == [
        {
            "id": tea,
            "product_id": tea,
            "sku": "TEA",
            "name": "Green tea",
            "category_id": 1,
            "quantity": 30,
            "price_cents": 400,
            "cost_cents": 150,
            "currency": "EUR",
            "value_at_price_cents": 12_000,
            "value_at_cost_cents": 4500,
            "as_of": told(between),
        }
    ]

    def worth(**asked: Any) -> tuple[Any, ...]:
        record = products.get(f"/products/{tea}/inventory", params=asked).json()
        names = ("quantity", "price_cents", "cost_cents")
        return *(record[name] for name in names), record["value_at_cost_cents"]

    assert worth(as_of=told(before)) == (30, 310, None, None)
    assert worth(as_of="2025-02-01T00:00:00Z") == (28, 310, None, None)  # its first known price
    assert worth() == (30, 500, None, None)


def test_a_correction_changes_the_past_from_its_time_on(
    products: TestClient, past: dict[str, int]
) -> None:
    tea, at = past["TEA"], "2025-01-15T00:00:00Z"
    rows, began = ledger(products), datetime.now(UTC)
    asked = [each for each in instants(rows) if each <= began]
    before = {each: levels(products, each) for each in asked}
    made = adjust(products, tea, at, change=-1, reason="written down late")
    assert moment(made["recorded_at"]) >= began
    assert made["effective_at"] == at
    assert made["quantity"] == 29  # the level right after it was recorded
    for each in asked:
        expected = dict(before[each])
        if each >= moment(at):
            expected[tea] = expected.get(tea, 0) - 1
        assert levels(products, each) == expected


def test_a_blocked_product_is_still_there_and_a_deleted_one_until_it_went(
    products: TestClient, goods: dict[str, int]
) -> None:
    tea, cup = goods["TEA"], goods["CUP"]
    products.patch(f"/products/{tea}", json={"status": "blocked"})
    before = datetime.now(UTC)
    assert products.delete(f"/products/{cup}").status_code == 200
    assert levels(products, datetime.now(UTC)) == {tea: 5}
    assert levels(products, before) == {tea: 5, cup: 1}
    assert levels(products, before, sku="cup") == {cup: 1}
    path = f"/products/{cup}/inventory"
    assert products.get(path).status_code == 404
    assert products.get(path, params={"as_of": told(before)}).json()["quantity"] == 1


def test_is_filtered_sorted_and_paged(products: TestClient, past: dict[str, int]) -> None:
    tea, cup = past["TEA"], past["CUP"]
    other = products.post("/categories", json={"name": "toys"}).json()["id"]
    body = {"sku": "YOYO", "name": "Yo-yo", "price_cents": 1, "category_id": other, "quantity": 9}
    yoyo = products.post("/products", json=body).json()["id"]

    def ids(**asked: Any) -> list[int]:
        return [row["id"] for row in products.get("/inventory", params=asked).json()]

    assert ids() == [tea, cup, yoyo]
    assert ids(category_id=other) == [yoyo]
    assert ids(product_id=[cup, yoyo]) == [cup, yoyo]
    assert ids(sku="tea") == [tea]
    assert ids(q="yo-") == [yoyo]
    assert ids(quantity_lte=9) == [cup, yoyo]
    assert ids(value_at_price_cents_gt=5000) == [tea, cup]
    assert ids(value_at_cost_cents="") == [tea, cup, yoyo]
    assert ids(_sort="quantity", _order="DESC") == [tea, yoyo, cup]
    assert ids(_sort="value_at_price_cents") == [yoyo, cup, tea]
    assert ids(_sort="currency,name") == [cup, tea, yoyo]
    page = products.get("/inventory", params={"_start": 1, "_end": 2, "_sort": "quantity"})
    assert [row["id"] for row in page.json()] == [yoyo]
    assert page.headers["content-range"] == "inventory 1-1/3"
    assert page.headers["x-total-count"] == "3"


@pytest.mark.parametrize("sort", ["id", "quantity", "value_at_cost_cents", "currency", "name"])
def test_all_pages_are_of_one_instant(
    sort: str, products: TestClient, past: dict[str, int]
) -> None:
    tea = past["TEA"]
    whole = products.get("/inventory", params={"_sort": sort}).json()
    page = products.get("/inventory", params={"_sort": sort, "limit": 1})
    found = page.json()
    adjust(products, tea, None, change=50)
    while "next" in page.links:
        page = products.get(page.links["next"]["url"])
        found += page.json()
    assert len({row["as_of"] for row in found}) == 1
    without = [{name: row[name] for name in row if name != "as_of"} for row in found]
    assert without == [{name: row[name] for name in row if name != "as_of"} for row in whole]


@pytest.mark.parametrize(
    "as_of", ["", "yesterday", "2025-01-01", "2025-01-01T00:00:00", "1", "2999-01-01T00:00:00Z"]
)
@pytest.mark.parametrize("path", ["/inventory", "/products/1/inventory"])
def test_refuses_what_is_no_instant_of_the_past(
    path: str, as_of: str, products: TestClient, goods: dict[str, int]
) -> None:
    response = products.get(path, params={"as_of": as_of})
    assert (response.status_code, list(response.json()["errors"])) == (422, ["as_of"])


def test_refuses_what_holds_no_stock(products: TestClient, goods: dict[str, int]) -> None:
    for path in ("inventory", "inventory/explain"):
        service = products.get(f"/products/{goods['WRAP']}/{path}")
        assert (service.status_code, service.json()["errors"]) == (
            422,
            {"product_id": "is a service, of which no stock is held"},
        )
        nothing = products.get(f"/products/77/{path}")
        assert (nothing.status_code, nothing.json()["missing"]) == (404, [77])


def test_a_value_beyond_63_bits_is_not_told(products: TestClient, goods: dict[str, int]) -> None:
    tea = goods["TEA"]
    products.patch(f"/products/{tea}", json={"price_cents": 10**12, "cost_cents": 1})
    adjust(products, tea, None, change=10**9)
    record = products.get("/inventory", params={"_sort": "value_at_price_cents"}).json()[0]
    assert record["value_at_price_cents"] is None
    assert record["value_at_cost_cents"] == 1_000_000_005


def test_an_explanation_comes_to_the_level(
    products: TestClient, sales: TestClient, past: dict[str, int]
) -> None:
    tea = past["TEA"]
    for quantity in (3, 2):
        lines = [{"product_id": tea, "quantity": quantity}, {"product_id": tea, "quantity": 1}]
        assert sales.post("/orders", json={"lines": lines}).status_code == 201
    sales.post("/sales", json={"product_id": tea, "quantity": 4})
    counted = adjust(products, tea, None, counted=20, reason="shelf")
    for _ in range(20):
        adjust(products, tea, None, change=1)
    told_ = products.get(f"/products/{tea}/inventory/explain").json()
    record = products.get(f"/products/{tea}").json()
    assert [told_[name] for name in ("quantity", "allocated", "on_hand")] == [33, 7, 40]
    assert (told_["level"], told_["agrees"]) == (33, True)
    assert [record[name] for name in ("quantity", "allocated", "on_hand")] == [33, 7, 40]
    rows = [row for row in ledger(products) if row["product_id"] == tea]
    assert told_["movements"] == len(rows)
    assert told_["movements_by_reason"] == [
        {"reason": "found", "movements": 24, "change": 45},
        {"reason": "opening stock", "movements": 1, "change": 5},
        {"reason": "sale", "movements": 5, "change": -11},
        {"reason": "shelf", "movements": 1, "change": -6},
    ]
    assert [row["id"] for row in told_["recent_movements"]] == [row["id"] for row in rows][:-21:-1]
    assert (told_["allocation_count"], [row["quantity"] for row in told_["allocations"]]) == (
        2,
        [4, 3],
    )
    assert [row["number"] for row in told_["allocations"]] == ["O-1", "O-2"]
    assert told_["last_count"] == {
        "id": counted["id"],
        "counted": 20,
        "stocktake_id": None,
        "reason": "shelf",
        "effective_at": counted["effective_at"],
        "recorded_at": counted["recorded_at"],
    }


def test_an_explanation_names_the_orders(
    products: TestClient, sales: TestClient, goods: dict[str, int]
) -> None:
    tea = goods["TEA"]
    sales.post("/sales", json={"product_id": tea, "quantity": 4})
    told_ = products.get(f"/products/{tea}/inventory/explain").json()
    newest, first = told_["recent_movements"]
    assert (newest["order_id"], newest["order_number"], newest["change"]) == (1, "O-1", -4)
    assert (first["order_id"], first["order_number"], first["change"]) == (None, None, 5)
    assert (told_["allocation_count"], told_["allocations"], told_["last_count"]) == (0, [], None)
    products.patch(f"/products/{tea}", json={"quantity": 8})
    told_ = products.get(f"/products/{tea}/inventory/explain").json()
    assert (told_["last_count"]["counted"], told_["last_count"]["reason"]) == (8, "count")
