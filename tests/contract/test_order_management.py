"""System 4: every request of its document, with the answer that stands there."""

import httpx2
import pytest

from common.db.models.customers import Customer
from common.db.session import Database
from tests.contract.comparing import answered
from tests.contract.conftest import At

JOHN = '{"email": "john@example.com", "full_name": "John Doe"}'
ORDER = '{"user_id": 1, "status": "pending", "items": [{"product_id": 1, "quantity": 2}]}'
JSON = {"Content-Type": "application/json"}


@pytest.fixture(params=["sales/order-mgmt", "gateway/order-mgmt", "order_mgmt"])
def api(request: pytest.FixtureRequest, at: At) -> httpx2.Client:
    return at(request.param)


@pytest.fixture
def stocked(api: httpx2.Client) -> httpx2.Client:
    """The API, once it has a user and two products."""
    api.post("/users", json={"email": "user@example.com", "full_name": "John Doe"})
    api.post("/products", json={"name": 'MacBook Pro 16"', "price_cents": 249999})
    api.post("/products", json={"name": "Mouse", "price_cents": 2500})
    return api


def test_the_requests_that_curl_sends(api: httpx2.Client) -> None:
    answered(api.get("/products"), 200, [])
    user = {
        "id": 1,
        "email": "john@example.com",
        "full_name": "John Doe",
        "created_at": "2024-01-10T08:00:00Z",
    }
    answered(api.post("/users", content=JOHN, headers=JSON), 201, user)
    api.post("/products", json={"name": 'MacBook Pro 16"', "price_cents": 249999})
    order = {
        "id": 1,
        "user_id": 1,
        "status": "pending",
        "created_at": "2024-01-10T08:00:00Z",
        "items": [
            {"id": 1, "product_id": 1, "quantity": 2, "price_cents_at_purchase": 249999},
        ],
        "total_cents": 499998,
        "total_quantity": 2,
    }
    answered(api.post("/orders", content=ORDER, headers=JSON), 201, order)
    answered(api.get("/orders?user_id=1"), 200, {"orders": [order], "total": 1})


def test_create_user(api: httpx2.Client) -> None:
    answered(
        api.post("/users", json={"email": "user@example.com", "full_name": "John Doe"}),
        201,
        {
            "id": 1,
            "email": "user@example.com",
            "full_name": "John Doe",
            "created_at": "2024-01-10T08:00:00Z",
        },
    )


def test_create_product(api: httpx2.Client) -> None:
    answered(
        api.post("/products", json={"name": 'MacBook Pro 16"', "price_cents": 249999}),
        201,
        {"id": 1, "name": 'MacBook Pro 16"', "price_cents": 249999},
    )


def test_create_order(stocked: httpx2.Client) -> None:
    items = [{"product_id": 1, "quantity": 2}, {"product_id": 2, "quantity": 1}]
    answered(
        stocked.post("/orders", json={"user_id": 1, "status": "pending", "items": items}),
        201,
        {
            "id": 1,
            "user_id": 1,
            "status": "pending",
            "created_at": "2024-01-10T08:00:00Z",
            "items": [
                {"id": 1, "product_id": 1, "quantity": 2, "price_cents_at_purchase": 249999},
                {"id": 2, "product_id": 2, "quantity": 1, "price_cents_at_purchase": 2500},
            ],
            "total_cents": 502498,
            "total_quantity": 3,
        },
    )


def test_list_orders(stocked: httpx2.Client) -> None:
    for status, product in (("pending", 1), ("what ever is said", 2)):
        items = [{"product_id": product, "quantity": 1}]
        stocked.post("/orders", json={"user_id": 1, "status": status, "items": items})
    orders = [
        {
            "id": number,
            "user_id": 1,
            "status": status,
            "created_at": "2024-01-10T08:00:00Z",
            "items": [
                {
                    "id": number,
                    "product_id": number,
                    "quantity": 1,
                    "price_cents_at_purchase": cents,
                }
            ],
            "total_cents": cents,
            "total_quantity": 1,
        }
        for number, status, cents in ((1, "pending", 249999), (2, "what ever is said", 2500))
    ]
    answered(stocked.get("/orders?user_id=1"), 200, {"orders": orders, "total": 2})


def test_lists_of_users_and_products(stocked: httpx2.Client) -> None:
    stocked.post("/users", json={"email": "b@example.com", "full_name": "B"})
    users = [
        {"id": id_, "email": email, "full_name": name, "created_at": "2024-01-10T08:00:00Z"}
        for id_, email, name in ((1, "user@example.com", "John Doe"), (2, "b@example.com", "B"))
    ]
    answered(stocked.get("/users"), 200, users)
    products = [
        {"id": 1, "name": 'MacBook Pro 16"', "price_cents": 249999},
        {"id": 2, "name": "Mouse", "price_cents": 2500},
    ]
    answered(stocked.get("/products"), 200, products)
    answered(stocked.get("/orders?user_id=2"), 200, {"orders": [], "total": 0})


def test_the_price_is_that_of_the_purchase(
    stocked: httpx2.Client, shop: dict[str, str], http: httpx2.Client
) -> None:
    made = stocked.post("/orders", content=ORDER, headers=JSON).json()
    changed = http.patch(f"{shop['gateway']}/products/1", json={"price_cents": 1})
    assert changed.status_code == 200
    answered(stocked.get("/orders?user_id=1"), 200, {"orders": [made], "total": 1})
    assert stocked.get("/products").json()[0]["price_cents"] == 1


def test_records_are_those_of_the_native_api(
    stocked: httpx2.Client, shop: dict[str, str], http: httpx2.Client
) -> None:
    stocked.post("/orders", content=ORDER, headers=JSON)
    native = f"{shop['gateway']}"
    customer = http.get(f"{native}/customers/1").json()
    assert (customer["name"], customer["email"]) == ("John Doe", "user@example.com")
    product = http.get(f"{native}/products/1").json()
    told = ("P-1", "service", None, "active", 1)
    members = ("sku", "kind", "quantity", "status", "version")
    assert tuple(product[name] for name in members) == told
    category = http.get(f"{native}/categories/{product['category_id']}").json()
    assert category["name"] == "other"
    assert http.get(f"{native}/products/1/inventory-transactions").json() == []
    order = http.get(f"{native}/orders/1").json()
    assert (order["number"], order["label"]) == ("O-1", "pending")
    assert (order["status"], order["payment_status"]) == ("placed", "unpaid")
    assert [line["sku"] for line in order["lines"]] == ["P-1"]


def test_native_records_are_here(furnished: dict[str, str], at: At) -> None:
    api = at("gateway/order-mgmt")
    (ada,) = api.get("/users").json()
    assert (ada["id"], ada["full_name"], ada["email"]) == (1, "Ada Lovelace", "ada@example.org")
    told = [
        {"id": 1, "name": "Tea", "price_cents": 310},
        {"id": 2, "name": "Cup", "price_cents": 725},
    ]
    answered(api.get("/products"), 200, told)
    assert api.get("/orders?user_id=1").json()["orders"][0]["created_at"] == "2025-06-01T08:00:00Z"
    # an order that nobody gave a label says in which state it is
    answered(
        api.get("/orders?user_id=1"),
        200,
        {
            "orders": [
                {
                    "id": 1,
                    "user_id": 1,
                    "status": "placed",
                    "created_at": "2025-06-01T08:00:00Z",
                    "items": [
                        {"id": 1, "product_id": 1, "quantity": 2, "price_cents_at_purchase": 310}
                    ],
                    "total_cents": 620,
                    "total_quantity": 2,
                }
            ],
            "total": 1,
        },
    )


def test_a_sku_that_somebody_has_is_left_to_him(
    shop: dict[str, str], http: httpx2.Client, at: At
) -> None:
    native = shop["gateway"]
    category = http.post(f"{native}/categories", json={"name": "toys"}).json()["id"]
    told = {"sku": "p-2", "name": "Kite", "category_id": category, "price_cents": 5}
    http.post(f"{native}/products", json=told)
    made = at("gateway/order-mgmt").post("/products", json={"name": "Mouse", "price_cents": 1})
    assert made.json() == {"id": 2, "name": "Mouse", "price_cents": 1}
    assert http.get(f"{native}/products/2").json()["sku"] == "P-2-2"


def test_lists_are_whole_however_long(at: At, database: Database) -> None:
    with database.transaction() as session:
        session.add_all(Customer(number=str(n), name=f"User {n}") for n in range(1, 1_002))
    users = at("gateway/order-mgmt").get("/users").json()  # two pages of them
    assert [user["id"] for user in users] == list(range(1, 1_002))
