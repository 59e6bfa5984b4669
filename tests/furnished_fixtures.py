"""A shop with one or two records of each kind, whose ids are known."""

import httpx2
import pytest

RECORDS = [
    ("products", "/categories", {"name": "kitchen"}),
    (
        "products",
        "/products",
        {"sku": "TEA", "name": "Tea", "category_id": 1, "price_cents": 310, "quantity": 50},
    ),
    (
        "products",
        "/products",
        {"sku": "CUP", "name": "Cup", "category_id": 1, "price_cents": 725, "quantity": 8},
    ),
    (
        "customers",
        "/contacts",
        {"address_line1": "12 St James's Square", "city": "London", "country": "United Kingdom"},
    ),
    (
        "customers",
        "/customers",
        {"name": "Ada Lovelace", "email": "ada@example.org", "contact_ids": [1]},
    ),
    ("customers", "/customers/1/purchases", {"purchase_name": "Desk lamp", "quantity": 2}),
    (
        "sales",
        "/orders",
        {
            "customer_id": 1,
            "country": "United Kingdom",
            "order_date": "2025-06-01T08:00:00Z",
            "lines": [{"product_id": 1, "quantity": 2}],
        },
    ),
    ("sales", "/sales", {"product_id": 2, "quantity": 1, "sold_at": "2025-06-02T09:30:00Z"}),
]


@pytest.fixture
def furnished(shop: dict[str, str], http: httpx2.Client) -> dict[str, str]:
    """The addresses of the four apps, once the records are there."""
    for name, path, body in RECORDS:
        made = http.post(f"{shop[name]}{path}", json=body)
        assert made.status_code == 201, made.text
    return shop
