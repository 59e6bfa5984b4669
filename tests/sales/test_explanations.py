"""How the total of an order comes about."""

from typing import Any

from fastapi.testclient import TestClient

Json = dict[str, Any]


def line(sent: Json, *, price: int, listed: int, sale: int, movement: int | None) -> Json:
    """A line of an explanation, which agrees with the ledgers."""
    total = sent["quantity"] * price
    return {
        "id": sent["id"],
        "product_id": sent["product_id"],
        "product_name": sent["product_name"],
        "quantity": sent["quantity"],
        "unit_price_cents": price,
        "rounding_cents": 0,
        "line_total_cents": total,
        "list_price_cents": listed,
        "at_list_price": price == listed,
        "sale_id": sale,
        "sale_total_cents": total,
        "inventory_transaction_id": movement,
        "change": None if movement is None else -sent["quantity"],
        "agrees": True,
    }


def test_an_order_is_explained(
    products: TestClient, sales: TestClient, goods: dict[str, int]
) -> None:
    tea, wrap = goods["TEA"], goods["WRAP"]
    lines = [
        {"product_id": tea, "quantity": 2},
        {"product_id": tea, "quantity": 1, "unit_price_cents": 5},
        {"product_id": wrap, "quantity": 3},
    ]
    order = sales.post("/orders", json={"lines": lines}).json()
    first, second, third = order["lines"]
    products.patch(f"/products/{tea}", json={"price_cents": 999})

    assert sales.get("/orders/1/explain").json() == {
        "order_id": 1,
        "number": "O-1",
        "kind": "sale",
        "status": "placed",
        "currency": "EUR",
        "order_date": order["order_date"],
        "lines": [
            line(first, price=310, listed=310, sale=1, movement=3),
            line(second, price=5, listed=310, sale=2, movement=4),
            line(third, price=150, listed=150, sale=3, movement=None),
        ],
        "sum_of_lines_cents": 1075,
        "total_cents": 1075,
        "sum_of_sales_cents": 1075,
        "agrees": True,
    }


def test_what_a_product_cost_before_it_came_is_not_known(
    sales: TestClient, goods: dict[str, int]
) -> None:
    body = {
        "lines": [{"product_id": goods["TEA"], "quantity": 1}],
        "order_date": "2024-01-01T00:00:00Z",
    }
    sales.post("/orders", json=body)
    explained = sales.get("/orders/1/explain").json()
    (line,) = explained["lines"]
    assert (line["list_price_cents"], line["at_list_price"], explained["agrees"]) == (
        *(None, None),
        True,
    )
    assert sales.get("/orders/77/explain").json()["missing"] == [77]
