"""What the tests of customers-service say often."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from common.catalogue import products
from common.db.models.catalogue import Category, Product
from common.db.session import Database, Session
from common.sales.placing import LineWish, OrderWish, place
from common.times import now

Json = dict[str, Any]


@pytest.fixture
def plain() -> Callable[[Json], Json]:
    """A record without its two times, after a look at them."""

    def strip(record: Json) -> Json:
        rest = dict(record)
        created, updated = (
            datetime.fromisoformat(rest.pop(name)) for name in ("created_at", "updated_at")
        )
        assert record["created_at"].endswith("Z")
        assert record["updated_at"].endswith("Z")
        assert datetime.now(UTC) - timedelta(minutes=5) < created <= updated <= datetime.now(UTC)
        return rest

    return strip


@pytest.fixture
def state(customers: TestClient) -> Callable[[], Json]:
    """Every record of the service, to be compared before and after."""

    def read() -> Json:
        paths = ("/customers", "/contacts", "/purchases")
        answers = {path: customers.get(path) for path in paths}
        assert {answer.status_code for answer in answers.values()} == {200}
        return {path: answer.json() for path, answer in answers.items()}

    return read


@pytest.fixture
def made(customers: TestClient) -> Callable[..., Json]:
    """Makes a record: `made("/contacts", address_line1="12 High Street")`."""

    def make(path: str, **body: Any) -> Json:
        answer = customers.post(path, json=body)
        assert answer.status_code == 201, answer.text
        record: Json = answer.json()
        return record

    return make


@pytest.fixture
def product(database: Database) -> Callable[..., int]:
    """Makes a product that holds no stock, and returns its id."""

    def make(sku: str, *, deleted: bool = False) -> int:
        with database.transaction() as session:
            return _add_product(session, sku, deleted=deleted)

    return make


def _add_product(session: Session, sku: str, *, deleted: bool) -> int:
    category = Category(name=f"category of {sku}")
    session.add(category)
    session.flush()
    product = Product(
        sku=sku,
        name="Lamp",
        category_id=category.id,
        price_cents=100,
        kind="service",
        status="active",
        deleted_at=now() if deleted else None,
    )
    products.add_all(session, [product])
    return product.id


@pytest.fixture
def order(database: Database, product: Callable[..., int]) -> Callable[[int], None]:
    """Places an order of the customer."""
    lamp = product("ORDERED")

    def make(customer_id: int) -> None:
        with database.transaction() as session:
            place(session, OrderWish([LineWish(lamp, 1)], customer_id))

    return make
