"""System 2: everything that its document says the two services do."""

import httpx2
import pytest

from tests.contract.conftest import At


@pytest.fixture(params=["each", "gateway"])
def services(request: pytest.FixtureRequest, at: At) -> tuple[httpx2.Client, httpx2.Client]:
    """products-service and sales-service by themselves, or both behind the gateway."""
    if request.param == "gateway":
        return at("gateway"), at("gateway")
    return at("products"), at("sales")


@pytest.fixture
def products(services: tuple[httpx2.Client, httpx2.Client]) -> httpx2.Client:
    return services[0]


@pytest.fixture
def sales(services: tuple[httpx2.Client, httpx2.Client]) -> httpx2.Client:
    return services[1]


@pytest.fixture
def lamp(products: httpx2.Client) -> int:
    """A product with eight in stock."""
    category = products.post("/categories", json={"name": "home"}).json()["id"]
    told = {"sku": "LAMP", "name": "Lamp", "category_id": category, "price_cents": 2500}
    made = products.post("/products", json=told | {"quantity": 8})
    assert made.status_code == 201
    id_: int = made.json()["id"]
    return id_


def test_category_names_are_curated(products: httpx2.Client) -> None:
    made = products.post("/categories", json={"name": "electronics"})
    assert (made.status_code, made.json()["name"]) == (201, "electronics")
    refused = products.post("/categories", json={"name": "weapons"})
    assert refused.status_code == 422
    assert refused.json()["errors"] == {
        "name": "must be one of 'books', 'clothing', 'electronics', 'garden', 'gifts', 'home',"
        " 'kitchen', 'stationery', 'toys' or 'other'"
    }
    assert [each["name"] for each in products.get("/categories").json()] == ["electronics"]


def test_a_product_needs_a_category_that_exists(products: httpx2.Client) -> None:
    told = {"sku": "LAMP", "name": "Lamp", "category_id": 1, "price_cents": 2500}
    refused = products.post("/products", json=told)
    assert (refused.status_code, list(refused.json()["errors"])) == (404, ["category_id"])
    assert products.get("/products").json() == []


def test_details_of_a_product_tell_category_and_stock(products: httpx2.Client, lamp: int) -> None:
    found = products.get(f"/products/{lamp}").json()
    assert (found["quantity"], found["name"]) == (8, "Lamp")
    assert products.get(f"/categories/{found['category_id']}").json()["name"] == "home"


def test_attributes_are_updated(products: httpx2.Client, lamp: int) -> None:
    told = {"name": "Desk lamp", "price_cents": 2700, "description": "Of brass"}
    found = products.patch(f"/products/{lamp}", json=told).json()
    assert {name: found[name] for name in told} == told
    assert found["quantity"] == 8


def test_the_time_series_of_a_product(products: httpx2.Client, lamp: int) -> None:
    """Its stock at first, each updated quantity, and null where it is blocked or deleted."""
    path = f"/products/{lamp}"
    for told in ({"quantity": 5}, {"status": "blocked"}, {"status": "active"}):
        assert products.patch(path, json=told).status_code == 200
    assert products.delete(path).status_code == 200
    found = products.get(f"{path}/inventory-transactions", params={"_sort": "id"}).json()
    assert [(each["change"], each["quantity"], each["reason"]) for each in found] == [
        (8, 8, "opening stock"),
        (-3, 5, "count"),
        (0, None, "blocked"),
        (0, 5, "active"),
        (0, None, "deleted"),
    ]
    moments = [each["effective_at"] for each in found]
    assert moments == sorted(moments)
    assert products.get(path).status_code == 404


def test_discontinuing_nullifies_the_quantity_too(products: httpx2.Client, lamp: int) -> None:
    found = products.patch(f"/products/{lamp}", json={"status": "discontinued"}).json()
    assert found["quantity"] is None
    last = products.get("/inventory-transactions", params={"_sort": "id", "_order": "desc"}).json()[
        0
    ]
    assert (last["change"], last["quantity"]) == (0, None)


def test_register_that_a_product_was_sold(
    products: httpx2.Client, sales: httpx2.Client, lamp: int
) -> None:
    made = sales.post("/sales", json={"product_id": lamp, "quantity": 3})
    assert made.status_code == 201
    told = (lamp, "Lamp", "home", 3, 2500, 7500, "sale")
    members = ("product_id", "product_name", "category", "quantity", "unit_price_cents")
    members += ("total_cents", "kind")
    assert tuple(made.json()[name] for name in members) == told
    assert products.get(f"/products/{lamp}").json()["quantity"] == 5
    short = sales.post("/sales", json={"product_id": lamp, "quantity": 6})
    assert (short.status_code, short.json()["shortages"]) == (
        409,
        [{"product_id": lamp, "requested": 6, "available": 5}],
    )
    assert len(sales.get("/sales").json()) == 1


@pytest.fixture
def sold(products: httpx2.Client, sales: httpx2.Client, lamp: int) -> httpx2.Client:
    """The sales of two products of two categories in two months."""
    category = products.post("/categories", json={"name": "books"}).json()["id"]
    told = {"sku": "ATLAS", "name": "Atlas", "category_id": category, "price_cents": 4000}
    atlas = products.post("/products", json=told | {"quantity": 9}).json()["id"]
    for product, quantity, moment in (
        (lamp, 1, "2025-05-31T23:30:00Z"),
        (lamp, 2, "2025-06-10T10:00:00Z"),
        (atlas, 1, "2025-06-10T10:20:00Z"),
        (atlas, 4, "2025-06-11T10:00:00Z"),
    ):
        body = {"product_id": product, "quantity": quantity, "sold_at": moment}
        assert sales.post("/sales", json=body).status_code == 201
    return sales


def test_sales_are_filtered(sold: httpx2.Client, lamp: int) -> None:
    def units(**wanted: object) -> list[int]:
        found = sold.get("/sales", params={"_sort": "id", **wanted})  # type: ignore[dict-item] # plain values
        return [each["quantity"] for each in found.json()]

    assert units() == [1, 2, 1, 4]
    assert units(product_id=lamp) == [1, 2]
    assert units(category="books") == [1, 4]
    assert units(sold_at_gte="2025-06-01T00:00:00Z", sold_at_lt="2025-06-11T00:00:00Z") == [2, 1]
    assert units(category="books", quantity_gt=1) == [4]


def test_sales_are_grouped_by_product_category_and_time_together(
    sold: httpx2.Client, lamp: int
) -> None:
    rows = sold.get("/sales/summary", params={"group_by": "product,category,month"}).json()
    atlas = lamp + 1
    assert rows == [
        row(lamp, "Lamp", "home", month, cents, units, orders)
        for month, cents, units, orders in (("2025-05", 2500, 1, 1), ("2025-06", 5000, 2, 1))
    ] + [row(atlas, "Atlas", "books", "2025-06", 20000, 5, 2)]
    # in Berlin, the last sale of May was one of June
    there = {"group_by": "product,category,month", "tz": "Europe/Berlin"}
    assert sold.get("/sales/summary", params=there).json() == [
        row(lamp, "Lamp", "home", "2025-06", 7500, 3, 2),
        row(atlas, "Atlas", "books", "2025-06", 20000, 5, 2),
    ]


def row(
    product: int, name: str, category: str, month: str, cents: int, units: int, orders: int
) -> dict[str, object]:
    return {
        "product_id": product,
        "product_name": name,
        "category": category,
        "month": month,
        "revenue_cents": cents,
        "units": units,
        "orders": orders,
    }


@pytest.mark.parametrize(
    ("period", "names"),
    [
        ("hour", ["2025-05-31T23", "2025-06-10T10", "2025-06-11T10"]),
        ("day", ["2025-05-31", "2025-06-10", "2025-06-11"]),
        ("week", ["2025-W22", "2025-W24"]),
        ("month", ["2025-05", "2025-06"]),
        ("year", ["2025"]),
    ],
)
def test_periods(period: str, names: list[str], sold: httpx2.Client) -> None:
    rows = sold.get("/sales/summary", params={"group_by": period}).json()
    assert [each[period] for each in rows] == names


def test_two_periods_are_compared(sold: httpx2.Client) -> None:
    def revenue(start: str, end: str) -> list[dict[str, object]]:
        span = {"group_by": "category", "from": start, "to": end}
        found: list[dict[str, object]] = sold.get("/sales/summary", params=span).json()
        return found

    assert revenue("2025-05-01", "2025-06-01") == [
        {"category": "home", "revenue_cents": 2500, "units": 1, "orders": 1}
    ]
    assert revenue("2025-06-01", "2025-07-01") == [
        {"category": "books", "revenue_cents": 20000, "units": 5, "orders": 2},
        {"category": "home", "revenue_cents": 5000, "units": 2, "orders": 1},
    ]


def test_swagger_ui_of_both_services(products: httpx2.Client, sales: httpx2.Client) -> None:
    for service in (products, sales):
        page = service.get("/docs")
        assert page.status_code == 200
        assert "SwaggerUIBundle" in page.text
        assert "https://" not in page.text
