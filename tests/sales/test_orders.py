import os
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.orm import Session

Snapshot = Callable[[], Any]
Json = dict[str, Any]


def an_order(*lines: tuple[int, int], **more: Any) -> Json:
    told = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
    return {"lines": told} | more


def stock(products: TestClient) -> dict[str, int | None]:
    return {each["sku"]: each["quantity"] for each in products.get("/products").json()}


def line(number: int, name: tuple[str, str], *figures: int) -> Json:
    """An order line: product, quantity, price and total."""
    fields = ("product_id", "quantity", "unit_price_cents", "line_total_cents")
    told = dict(zip(fields, figures, strict=True))
    return told | {"id": number, "sku": name[0], "product_name": name[1]}


def a_gift(customers: TestClient) -> Json:
    """An order of Ann's, in which a product stands twice and another costs nothing."""
    customers.post("/customers", json={"name": "Ann", "country": "France"})
    body = an_order((1, 2), (2, 1), (3, 4), (1, 1), customer_id=1, label="gift")
    body |= {"order_date": "2025-06-01T12:00:00+02:00"}
    body["lines"][1]["unit_price_cents"] = 0
    return body


def test_captures_prices_and_names(
    sales: TestClient, customers: TestClient, goods: dict[str, int]
) -> None:
    placed = sales.post("/orders", json=a_gift(customers))
    assert (placed.status_code, placed.headers["location"]) == (201, "/orders/1")
    order = placed.json()

    tea, cup, wrap = ("TEA", "Tea"), ("CUP", "Cup"), ("WRAP", "Gift wrapping")
    assert order == {
        "id": 1,
        "number": "O-1",
        "customer_id": 1,
        "country": "France",
        "kind": "sale",
        "corrects_order_id": None,
        "status": "placed",
        "payment_status": "unpaid",
        "fulfilment_status": "unfulfilled",
        "label": "gift",
        "currency": "EUR",
        "order_date": "2025-06-01T10:00:00Z",
        "total_cents": 1530,
        "lines": [
            line(1, tea, 1, 2, 310, 620),
            line(2, cup, 2, 1, 0, 0),
            line(3, wrap, 3, 4, 150, 600),
            line(4, tea, 1, 1, 310, 310),
        ],
        "version": 1,
        "created_at": order["created_at"],
        "updated_at": order["updated_at"],
    }


def test_takes_stock_and_records_sales(
    products: TestClient, sales: TestClient, customers: TestClient, goods: dict[str, int]
) -> None:
    sales.post("/orders", json=a_gift(customers))
    assert stock(products) == {"TEA": 2, "CUP": 0, "WRAP": None}
    moved = products.get("/products/1/inventory-transactions").json()[1:]
    assert [(row["change"], row["quantity"], row["reference"]) for row in moved] == [
        (-2, 3, "O-1"),
        (-1, 2, "O-1"),
    ]
    assert {row["effective_at"] for row in moved} == {"2025-06-01T10:00:00Z"}
    sold = sales.get("/sales").json()
    assert sold[2] == {
        "id": 3,
        "product_id": 3,
        "product_name": "Gift wrapping",
        "order_id": 1,
        "order_line_id": 3,
        "customer_id": 1,
        "country": "France",
        "category": "kitchen",
        "quantity": 4,
        "unit_price_cents": 150,
        "total_cents": 600,
        "kind": "sale",
        "sold_at": "2025-06-01T10:00:00Z",
    }
    assert [each["total_cents"] for each in sold] == [620, 0, 600, 310]
    assert sales.get("/sales/3").json() == sold[2]


def test_keeps_what_was_true_when_it_was_placed(
    products: TestClient, sales: TestClient, goods: dict[str, int]
) -> None:
    order = sales.post("/orders", json=an_order((1, 1))).json()
    products.patch("/products/1", json={"price_cents": 9900, "name": "Dear tea", "sku": "T"})
    products.patch("/categories/1", json={"name": "gifts"})
    assert sales.get("/orders/1").json() == order
    assert sales.get("/sales/1").json()["category"] == "kitchen"


def test_names_every_shortage_and_saves_nothing(
    sales: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    before = snapshot()
    response = sales.post("/orders", json=an_order((1, 3), (2, 2), (3, 9), (1, 3)))
    body = response.json()
    assert (response.status_code, body["code"]) == (409, "insufficient_stock")
    assert body["shortages"] == [
        {"product_id": 1, "requested": 6, "available": 5},
        {"product_id": 2, "requested": 2, "available": 1},
    ]
    assert snapshot() == before


def test_names_every_unknown_product(
    sales: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    before = snapshot()
    products = sales.post("/orders", json=an_order((78, 1), (1, 1), (77, 1)))
    assert (products.status_code, products.json()["missing"]) == (404, [77, 78])
    customer = sales.post("/orders", json=an_order((1, 1), customer_id=5))
    assert customer.status_code == 404
    assert customer.json()["errors"] == {"customer_id": "There is no customer with id 5."}
    assert snapshot() == before


def test_sells_active_products_only(
    products: TestClient, sales: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    products.patch("/products/1", json={"status": "blocked"})
    products.patch("/products/3", json={"status": "discontinued"})
    before = snapshot()
    response = sales.post("/orders", json=an_order((1, 1), (2, 1), (3, 1)))
    body = response.json()
    assert (response.status_code, body["code"], body["product_ids"]) == (
        409,
        "product_not_active",
        [1, 3],
    )
    assert snapshot() == before


BIG = 2**63
BAD_BODIES: list[tuple[Json, str]] = [
    *[({"customer_id": value}, "customer_id") for value in ("1", 0, -1, 1.0, True, BIG)],
    *[({"country": value}, "country") for value in ("", 5, "x" * 101, "\x00")],
    *[({"label": value}, "label") for value in ("", 5, "x" * 201)],
    *[
        ({"order_date": value}, "order_date")
        for value in (5, "", "2025-01-01", "2999-01-01T00:00Z")
    ],
    *[({"lines": value}, "lines") for value in (None, [], {}, "1", 5)],
    ({"lines": [{"product_id": 3, "quantity": 1}] * 2001}, "lines"),
    ({"lines": [7]}, "lines.0"),
    *[
        ({"lines": [{"product_id": 1, "quantity": 1}, {"product_id": value, "quantity": 1}]}, name)
        for value in ("1", None, 0, BIG)
        for name in ["lines.1.product_id"]
    ],
    *[
        ({"lines": [{"product_id": 1, "quantity": value}]}, "lines.0.quantity")
        for value in ("1", None, 0, -1, 1.5, 10**9 + 1, BIG)
    ],
    *[
        ({"lines": [{"product_id": 1, "quantity": 1, "unit_price_cents": value}]}, name)
        for value in ("1", -1, 1.5, 10**12 + 1)
        for name in ["lines.0.unit_price_cents"]
    ],
    ({"lines": [{"product_id": 1, "quantity": 1, "colour": "red"}]}, "lines.0.colour"),
    ({"lines": [{"product_id": 3, "quantity": 10**9, "unit_price_cents": 1001}]}, "lines"),
    ({"colour": "red"}, "colour"),
]


@pytest.mark.parametrize(("change", "field"), BAD_BODIES)
def test_refuses_bad_orders(
    change: Json, field: str, sales: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    before = snapshot()
    response = sales.post("/orders", json=an_order((1, 1)) | change)
    assert (response.status_code, list(response.json()["errors"])) == (422, [field])
    assert snapshot() == before


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"\xff", b"NaN", b'{"lines": NaN}', b"[" * 100_000]
)
def test_refuses_what_is_no_json(
    content: bytes, sales: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    before = snapshot()
    headers = {"content-type": "application/json"}
    response = sales.post("/orders", content=content, headers=headers)
    assert response.status_code in {400, 422}
    assert response.headers["content-type"] == "application/problem+json"
    assert snapshot() == before


def test_an_order_of_2000_lines_is_placed(sales: TestClient, goods: dict[str, int]) -> None:
    placed = sales.post("/orders", json=an_order(*[(3, 1)] * 2000))
    assert (placed.status_code, placed.json()["total_cents"]) == (201, 300_000)
    assert len(placed.json()["lines"]) == 2000


def test_only_the_label_is_edited(
    sales: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    order = sales.post("/orders", json=an_order((1, 2))).json()
    labelled = sales.patch("/orders/1", json={"label": "fragile"}).json()
    assert labelled == order | {
        "label": "fragile",
        "version": 2,
        "updated_at": labelled["updated_at"],
    }
    assert sales.patch("/orders/1", json=labelled).json() == labelled
    before = snapshot()
    for name, value in (("total_cents", 1), ("lines", []), ("customer_id", 4), ("status", "x")):
        refused = sales.patch("/orders/1", json={name: value, "label": "no"})
        assert (refused.status_code, list(refused.json()["errors"])) == (422, [name])
    assert sales.delete("/orders/1").status_code == 405
    assert sales.delete("/orders/1").headers["allow"] == "GET, HEAD, PATCH, PUT"
    assert snapshot() == before
    stale = order | {"total_cents": 9, "lines": [], "version": None}
    replaced = sales.put("/orders/1", json=stale).json()
    assert replaced == order | {"version": 3, "updated_at": replaced["updated_at"]}


def test_a_sale_over_the_counter_is_a_closed_order_of_one_line(
    products: TestClient, sales: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    sold = sales.post("/sales", json={"product_id": 1, "quantity": 2, "unit_price_cents": 300})
    assert (sold.status_code, sold.headers["location"]) == (201, "/sales/1")
    assert sold.json().items() >= {"order_id": 1, "total_cents": 600, "kind": "sale"}.items()
    order = sales.get("/orders/1").json()
    assert (order["status"], order["payment_status"], order["fulfilment_status"]) == (
        "closed",
        "paid",
        "shipped",
    )
    assert order["order_date"] == sold.json()["sold_at"]
    record = products.get("/products/1").json()
    assert (record["quantity"], record["allocated"], record["on_hand"]) == (3, 0, 3)
    before = snapshot()
    for body, status in (
        ({"product_id": 1, "quantity": 4}, 409),
        ({"product_id": 9, "quantity": 1}, 404),
        ({"product_id": 1, "quantity": 0}, 422),
        ({"product_id": 1}, 422),
        ({"product_id": 1, "quantity": 1, "sold_at": "2999-01-01T00:00:00Z"}, 422),
    ):
        assert sales.post("/sales", json=body).status_code == status
    assert snapshot() == before


@pytest.mark.skipif(
    "DAYBOOK_TEST_CONTAINERS" in os.environ, reason="it makes an app in this process fail"
)
def test_is_not_told_saved_when_the_commit_fails(
    sales: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    def fail(_session: Session) -> None:
        raise RuntimeError("the disk is full")

    before = snapshot()
    event.listen(Session, "before_commit", fail)
    try:
        response = sales.post("/orders", json=an_order((1, 1)))
    finally:
        event.remove(Session, "before_commit", fail)
    assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    assert "disk" not in response.text
    assert snapshot() == before
