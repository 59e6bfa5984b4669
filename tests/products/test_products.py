from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

Snapshot = Callable[[], Any]
SOUND = {"sku": "S-1", "name": "Spoon", "category_id": 1, "price_cents": 499}


def history(products: TestClient, product_id: int) -> list[tuple[int, int | None, str]]:
    rows = products.get(f"/products/{product_id}/inventory-transactions").json()
    return [(row["change"], row["quantity"], row["reason"]) for row in rows]


def test_is_created_with_its_opening_stock(products: TestClient, goods: dict[str, int]) -> None:
    body = SOUND | {
        "description": "Long",
        "cost_cents": 200,
        "reorder_point": 3,
        "quantity": 12,
        "kind": "stocked",
        "status": "active",
    }
    created = products.post("/products", json=body)
    assert (created.status_code, created.headers["location"]) == (201, "/products/4")
    record = created.json()
    assert record == body | {
        "id": 4,
        "currency": "EUR",
        "allocated": 0,
        "on_hand": 12,
        "version": 1,
        "created_at": record["created_at"],
        "updated_at": record["updated_at"],
    }
    assert products.get("/products/4").json() == record
    assert history(products, 4) == [(12, 12, "opening stock")]


def test_without_a_quantity_opens_at_nothing(products: TestClient, goods: dict[str, int]) -> None:
    created = products.post("/products", json=SOUND | {"price_cents": 0}).json()
    assert (created["quantity"], created["on_hand"], created["price_cents"]) == (0, 0, 0)
    assert history(products, created["id"]) == [(0, 0, "opening stock")]


def test_a_service_holds_no_stock(
    products: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    service = products.get(f"/products/{goods['WRAP']}").json()
    assert (service["quantity"], service["on_hand"], service["allocated"]) == (None, None, 0)
    assert history(products, goods["WRAP"]) == []
    before = snapshot()
    stocked = products.post("/products", json=SOUND | {"kind": "service", "quantity": 1})
    assert stocked.json()["errors"] == {"quantity": "is not held of services"}
    counted = products.patch(f"/products/{goods['WRAP']}", json={"quantity": 4})
    assert counted.status_code == 422
    adjusted = products.post(
        "/inventory-adjustments", json={"product_id": goods["WRAP"], "change": 1, "reason": "x"}
    )
    assert adjusted.json()["errors"] == {"product_id": "is a service, of which no stock is held"}
    assert snapshot() == before


def test_text_comes_back_exactly_as_sent(products: TestClient, goods: dict[str, int]) -> None:
    texts = ["=cmd()", "<script>alert(1)</script>", "'; DROP TABLE products; --", " é ß 🍵 \t"]
    for number, text in enumerate(texts):
        body = SOUND | {"sku": f"{number}{text}", "name": text, "description": text}
        record = products.post("/products", json=body).json()
        assert (record["sku"], record["name"], record["description"]) == (
            f"{number}{text}",
            text,
            text,
        )


@pytest.mark.parametrize("sku", ["tea", "TEA", " Tea "])
def test_one_sku_names_one_product(
    sku: str, products: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    before = snapshot()
    created = products.post("/products", json=SOUND | {"sku": sku})
    assert (created.status_code, created.json()["errors"]) == (409, {"sku": "is already taken"})
    renamed = products.patch(f"/products/{goods['CUP']}", json={"sku": sku})
    assert (renamed.status_code, renamed.json()["errors"]) == (409, {"sku": "is already taken"})
    assert snapshot() == before


def test_keeps_its_own_sku_in_another_case(products: TestClient, goods: dict[str, int]) -> None:
    renamed = products.patch(f"/products/{goods['TEA']}", json={"sku": "tea"})
    assert (renamed.status_code, renamed.json()["sku"]) == (200, "tea")


BIG = 2**63
TOO_LONG = {"sku": 64, "name": 200, "description": 10_000}
BAD_FIELDS = [
    *[(field, value) for field in TOO_LONG for value in (7, ["x"], "", "  ", "a\x00b", True)],
    *[(field, "x" * (longest + 1)) for field, longest in TOO_LONG.items()],
    *[
        (field, value)
        for field in ("category_id", "price_cents", "cost_cents", "reorder_point", "quantity")
        for value in ("5", 1.5, 5.0, True, [], -1, BIG, 10**300)
    ],
    *[(field, None) for field in ("sku", "name", "category_id", "price_cents", "kind", "status")],
    *[(field, "other") for field in ("kind", "status")],
    ("category_id", 0),
    ("price_cents", 10**12 + 1),
    ("quantity", 10**9 + 1),
    ("colour", "red"),
]


@pytest.mark.parametrize(("field", "value"), BAD_FIELDS)
def test_refuses_bad_fields_and_changes_nothing(
    field: str, value: Any, products: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    before = snapshot()
    body = SOUND | {"description": "d", "cost_cents": 1, "reorder_point": 1}
    created = products.post("/products", json=body | {field: value})
    assert (created.status_code, list(created.json()["errors"])) == (422, [field])
    patched = products.patch(f"/products/{goods['TEA']}", json={field: value})
    assert (patched.status_code, list(patched.json()["errors"])) == (422, [field])
    if field != "quantity":
        replaced = products.put(f"/products/{goods['TEA']}", json=body | {field: value})
        assert (replaced.status_code, list(replaced.json()["errors"])) == (422, [field])
    assert snapshot() == before


@pytest.mark.parametrize("field", sorted(SOUND))
def test_required_fields_are_missed(
    field: str, products: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    before = snapshot()
    body = {name: value for name, value in SOUND.items() if name != field}
    response = products.post("/products", json=body)
    assert (response.status_code, response.json()["errors"]) == (422, {field: "is required"})
    assert snapshot() == before


def test_an_unknown_category_is_named(
    products: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    before = snapshot()
    response = products.post("/products", json=SOUND | {"category_id": 77})
    assert response.status_code == 404
    assert response.json()["errors"] == {"category_id": "There is no category with id 77."}
    assert snapshot() == before


def test_patch_of_the_quantity_is_a_movement_to_it(
    products: TestClient, goods: dict[str, int]
) -> None:
    tea = goods["TEA"]
    patched = products.patch(f"/products/{tea}", json={"quantity": 9}).json()
    assert (patched["quantity"], patched["version"]) == (9, 1)
    products.patch(f"/products/{tea}", json={"quantity": 9, "name": "Green tea"})
    assert history(products, tea) == [(5, 5, "opening stock"), (4, 9, "count")]
    whole = products.get(f"/products/{tea}").json()
    assert products.patch(f"/products/{tea}", json=whole).json() == whole


def test_put_moves_no_stock_and_forgets_what_it_does_not_say(
    products: TestClient, goods: dict[str, int]
) -> None:
    tea = goods["TEA"]
    products.patch(f"/products/{tea}", json={"description": "Leaves", "cost_cents": 9})
    record = products.get(f"/products/{tea}").json()
    stale = {name: record[name] for name in ("sku", "name", "category_id", "price_cents")}
    replaced = products.put(f"/products/{tea}", json=stale | {"quantity": 99, "id": 5}).json()
    assert replaced == record | {
        "description": None,
        "cost_cents": None,
        "version": 3,
        "updated_at": replaced["updated_at"],
    }
    assert history(products, tea) == [(5, 5, "opening stock")]


@pytest.mark.parametrize("status", ["blocked", "discontinued"])
def test_what_is_not_sold_shows_no_stock_and_keeps_its_level(
    status: str, products: TestClient, goods: dict[str, int]
) -> None:
    tea = goods["TEA"]
    stopped = products.patch(f"/products/{tea}", json={"status": status}).json()
    assert (stopped["quantity"], stopped["on_hand"]) == (None, None)
    moved = products.post(
        "/inventory-adjustments", json={"product_id": tea, "change": 2, "reason": "found"}
    )
    assert (moved.status_code, moved.json()["quantity"]) == (201, None)
    again = products.patch(f"/products/{tea}", json={"status": "active"}).json()
    assert (again["quantity"], again["on_hand"]) == (7, 7)
    assert history(products, tea) == [
        (5, 5, "opening stock"),
        (0, None, status),
        (2, None, "found"),
        (0, 7, "active"),
    ]


def test_deleted_is_gone_but_for_its_ledger(products: TestClient, goods: dict[str, int]) -> None:
    tea = goods["TEA"]
    record = products.get(f"/products/{tea}").json()
    deleted = products.delete(f"/products/{tea}")
    assert (deleted.status_code, deleted.json()) == (200, record)
    for method in ("get", "delete"):
        assert getattr(products, method)(f"/products/{tea}").status_code == 404
    assert products.put(f"/products/{tea}", json=SOUND).status_code == 404
    assert products.patch(f"/products/{tea}", json={}).status_code == 404
    assert [each["sku"] for each in products.get("/products").json()] == ["CUP", "WRAP"]
    assert history(products, tea) == [(5, 5, "opening stock"), (0, None, "deleted")]
    successor = products.post("/products", json=SOUND | {"sku": "tea"})
    assert successor.status_code == 201


def test_once_ordered_is_not_deleted(
    products: TestClient, sales: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    sales.post("/sales", json={"product_id": goods["TEA"], "quantity": 1})
    before = snapshot()
    response = products.delete(f"/products/{goods['TEA']}")
    assert (response.status_code, response.json()["code"]) == (409, "in_use")
    assert snapshot() == before


def test_the_kind_never_changes(
    products: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    before = snapshot()
    response = products.patch(f"/products/{goods['TEA']}", json={"kind": "service"})
    assert response.json()["errors"] == {"kind": "never changes; create another product"}
    assert snapshot() == before


@pytest.mark.parametrize(
    ("name", "value"),
    [("id", 9), ("currency", "GBP"), ("allocated", 3), ("on_hand", 4)],
)
def test_patch_refuses_to_change_what_is_only_read(
    name: str,
    value: Any,
    products: TestClient,
    goods: dict[str, int],
    snapshot: Snapshot,
) -> None:
    before = snapshot()
    response = products.patch(f"/products/{goods['TEA']}", json={name: value, "name": "New"})
    assert (response.status_code, list(response.json()["errors"])) == (422, [name])
    assert snapshot() == before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/products/77", 404),
        ("/products/0", 404),
        ("/products/-1", 404),
        ("/products/tea", 422),
        (f"/products/{BIG}", 422),
        ("/products/1.5", 422),
        ("/products/77/inventory-transactions", 404),
        ("/inventory-transactions/77", 404),
        ("/nothing", 404),
    ],
)
def test_unknown_paths_are_problems(path: str, status: int, products: TestClient) -> None:
    response = products.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["instance"] == path
