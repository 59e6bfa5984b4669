from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

Json = dict[str, Any]


@pytest.fixture
def sold(products: TestClient, sales: TestClient, goods: dict[str, int]) -> None:
    """Tea on New Year's Eve in London, which is 2025 in Auckland; cup and wrapping in June."""
    products.post("/categories", json={"name": "gifts"})
    products.patch(f"/products/{goods['WRAP']}", json={"category_id": 2})
    for body in (
        {"product_id": 1, "quantity": 2, "sold_at": "2024-12-31T20:10:00Z", "country": "UK"},
        {"product_id": 2, "quantity": 1, "sold_at": "2025-06-01T10:00:00Z", "country": "France"},
        {"product_id": 3, "quantity": 3, "sold_at": "2025-06-01T10:20:00Z"},
    ):
        assert sales.post("/sales", json=body).status_code == 201


def summary(sales: TestClient, **params: Any) -> list[Json]:
    renamed = {"from" if name == "from_" else name: value for name, value in params.items()}
    response = sales.get("/sales/summary", params=renamed)
    assert response.status_code == 200, response.text
    rows: list[Json] = response.json()
    return rows


def row(revenue: int, units: int, orders: int, **dimensions: Any) -> Json:
    return dimensions | {"revenue_cents": revenue, "units": units, "orders": orders}


@pytest.mark.usefixtures("sold")
def test_adds_up_by_each_dimension(sales: TestClient) -> None:
    assert summary(sales) == [row(1795, 6, 3)]
    assert summary(sales, group_by="category") == [
        row(450, 3, 1, category="gifts"),
        row(1345, 3, 2, category="kitchen"),
    ]
    assert summary(sales, group_by="country") == [
        row(450, 3, 1, country=None),
        row(725, 1, 1, country="France"),
        row(620, 2, 1, country="UK"),
    ]
    assert summary(sales, group_by="product") == [
        row(620, 2, 1, product_id=1, product_name="Tea"),
        row(725, 1, 1, product_id=2, product_name="Cup"),
        row(450, 3, 1, product_id=3, product_name="Gift wrapping"),
    ]
    assert summary(sales, group_by="year,category") == [
        row(620, 2, 1, year="2024", category="kitchen"),
        row(450, 3, 1, year="2025", category="gifts"),
        row(725, 1, 1, year="2025", category="kitchen"),
    ]


@pytest.mark.usefixtures("sold")
@pytest.mark.parametrize(
    ("period", "tz", "labels"),
    [
        ("hour", "UTC", ["2024-12-31T20", "2025-06-01T10"]),
        ("day", "UTC", ["2024-12-31", "2025-06-01"]),
        ("week", "UTC", ["2025-W01", "2025-W22"]),
        ("month", "UTC", ["2024-12", "2025-06"]),
        ("year", "UTC", ["2024", "2025"]),
        ("day", "Pacific/Auckland", ["2025-01-01", "2025-06-01"]),
        ("year", "Pacific/Auckland", ["2025"]),
        ("hour", "Asia/Kathmandu", ["2025-01-01T01", "2025-06-01T15", "2025-06-01T16"]),
    ],
)
def test_time_is_that_of_a_zone(period: str, tz: str, labels: list[str], sales: TestClient) -> None:
    assert [each[period] for each in summary(sales, group_by=period, tz=tz)] == labels


@pytest.mark.usefixtures("sold")
def test_filters_and_spans(sales: TestClient) -> None:
    assert summary(sales, category="kitchen") == [row(1345, 3, 2)]
    assert summary(sales, product_id=[1, 3]) == [row(1070, 5, 2)]
    assert summary(sales, from_="2025-06-01", group_by="year") == [row(1175, 4, 2, year="2025")]
    assert summary(sales, to="2025-06-01T10:20:00Z") == [row(1345, 3, 2)]
    assert summary(sales, from_="2025-01-01", to="2026-01-01", tz="Pacific/Auckland") == [
        row(1795, 6, 3)
    ]
    assert summary(sales, category="toys") == [row(0, 0, 0)]
    assert summary(sales, category="toys", group_by="day") == []


@pytest.mark.usefixtures("sold")
def test_is_sorted_and_paged(sales: TestClient) -> None:
    response = sales.get(
        "/sales/summary",
        params={"group_by": "product", "_sort": "units", "_order": "DESC", "_start": 1, "_end": 2},
    )
    assert [each["product_id"] for each in response.json()] == [1]
    assert response.headers["content-range"] == "summary 1-1/3"


@pytest.mark.parametrize(
    ("params", "status", "field"),
    [
        ({"group_by": "colour"}, 422, "group_by"),
        ({"group_by": "day,day"}, 422, "group_by"),
        ({"tz": "Mars/Base"}, 422, "tz"),
        ({"tz": "../../etc/passwd"}, 422, "tz"),
        ({"from": "yesterday"}, 422, "from"),
        ({"to": "2025-13-01"}, 422, "to"),
        ({"to": "0001-01-01T00:00:00+14:00"}, 422, "to"),
        ({"from": "2025-01-02", "to": "2025-01-01"}, 422, "to"),
        ({"product_id": "tea"}, 422, "product_id"),
        ({"colour": "red"}, 400, "colour"),
        ({"group_by": "day", "_sort": "month"}, 400, "month"),
        ({"limit": "5"}, 400, "cursor"),
    ],
)
def test_refuses_what_it_does_not_know(
    params: dict[str, str], status: int, field: str, sales: TestClient
) -> None:
    response = sales.get("/sales/summary", params=params)
    assert (response.status_code, list(response.json()["errors"])) == (status, [field])


def test_is_in_the_time_zone_of_the_shop(
    sales: TestClient, goods: dict[str, int], shop_row: Callable[..., None]
) -> None:
    sales.post("/sales", json={"product_id": 1, "quantity": 1, "sold_at": "2024-12-31T23:30:00Z"})
    shop_row(time_zone="Europe/Berlin")
    assert summary(sales, group_by="year") == [row(310, 1, 1, year="2025")]
    assert summary(sales, group_by="year", tz="UTC") == [row(310, 1, 1, year="2024")]
