"""What there was of products that have gone since."""

from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from common.db.session import Database
from common.errors import NotFound
from products_service.levels import queries


def test_a_deleted_product_is_found_by_its_sku_in_whatever_case(products: TestClient) -> None:
    category = products.post("/categories", json={"name": "kitchen"}).json()["id"]
    ids = []
    for sku in ("Straße", "Strasse-2", "Cafe\u0301"):
        body = {"sku": sku, "name": "A\nname", "price_cents": 1, "category_id": category}
        ids.append(products.post("/products", json=body | {"quantity": 4}).json()["id"])
    there = datetime.now(UTC).isoformat()

    def levels(**asked: Any) -> dict[int, int]:
        params = {"as_of": there} | asked
        rows = products.get("/inventory", params=params).json()
        return {row["id"]: row["quantity"] for row in rows}

    either = ["STRASSE", "CAF\u00c9"]
    found = {ids[0]: 4, ids[2]: 4}
    assert levels(sku=either) == found
    for id_ in ids:
        assert products.delete(f"/products/{id_}").status_code == 200
    assert levels(sku=either) == found
    assert levels(sku_ne="strasse") == {ids[1]: 4, ids[2]: 4}


def test_what_is_deleted_while_it_is_looked_up_is_not_there(
    products: TestClient, goods: dict[str, int], database: Database
) -> None:
    with database.reading() as session:
        cup = queries.existing(session, goods["CUP"])
    assert products.delete(f"/products/{cup.id}").status_code == 200
    with database.reading() as session, pytest.raises(NotFound) as refused:
        queries.one(session, cup, datetime.now(UTC))
    assert refused.value.extra == {"missing": [cup.id]}
