from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

NAMES = "'books', 'clothing', 'electronics', 'garden', 'gifts', 'home', 'kitchen', 'stationery',"
NAMES += " 'toys' or 'other'"


def test_is_created_fetched_renamed_and_deleted(products: TestClient) -> None:
    created = products.post("/categories", json={"name": "books"})
    assert (created.status_code, created.headers["location"]) == (201, "/categories/1")
    record = created.json()
    assert record.items() >= {"id": 1, "name": "books", "version": 1}.items()
    assert record.keys() == {"id", "name", "created_at", "updated_at", "version"}
    assert products.get("/categories/1").json() == record

    renamed = products.patch("/categories/1", json={"name": "toys"})
    assert renamed.status_code == 200
    assert renamed.json() == record | {
        "name": "toys",
        "version": 2,
        "updated_at": renamed.json()["updated_at"],
    }
    deleted = products.delete("/categories/1")
    assert (deleted.status_code, deleted.json()) == (200, renamed.json())
    assert products.get("/categories").json() == []


def test_a_new_shop_has_none_and_a_second_of_the_name_is_refused(
    products: TestClient, snapshot: Callable[[], Any]
) -> None:
    assert products.get("/categories").json() == []
    products.post("/categories", json={"name": "books"})
    products.post("/categories", json={"name": "toys"})
    before = snapshot()
    again = products.post("/categories", json={"name": "books"})
    assert (again.status_code, again.json()["errors"]) == (409, {"name": "is already taken"})
    renamed = products.put("/categories/2", json={"name": "books"})
    assert (renamed.status_code, renamed.json()["errors"]) == (409, {"name": "is already taken"})
    assert snapshot() == before


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"name": "is required"}),
        ({"name": None}, {"name": f"must be one of {NAMES}"}),
        ({"name": "weapons"}, {"name": f"must be one of {NAMES}"}),
        ({"name": "Books"}, {"name": f"must be one of {NAMES}"}),
        ({"name": 7}, {"name": f"must be one of {NAMES}"}),
        ({"name": "books", "colour": "red"}, {"colour": "is not known here"}),
        ([], {"body": "must be an object"}),
    ],
)
def test_refuses_bad_bodies(
    body: Any, errors: dict[str, str], products: TestClient, snapshot: Callable[[], Any]
) -> None:
    before = snapshot()
    response = products.post("/categories", json=body)
    assert (response.status_code, response.json()["errors"]) == (422, errors)
    assert response.headers["content-type"] == "application/problem+json"
    assert snapshot() == before


def test_in_use_is_not_deleted(
    products: TestClient, goods: dict[str, int], snapshot: Callable[[], Any]
) -> None:
    before = snapshot()
    response = products.delete("/categories/1")
    assert (response.status_code, response.json()["code"]) == (409, "in_use")
    assert snapshot() == before


def test_read_only_members_are_ignored_in_put_and_guarded_in_patch(products: TestClient) -> None:
    record = products.post("/categories", json={"name": "books", "id": 7, "version": 9}).json()
    assert (record["id"], record["version"]) == (1, 1)
    same = products.put("/categories/1", json=record | {"id": 5, "created_at": 5})
    assert same.json() == record
    assert products.patch("/categories/1", json=record).json() == record
    changed = products.patch("/categories/1", json={"id": 5, "created_at": 5})
    assert changed.status_code == 422
    assert changed.json()["errors"] == {
        "id": "never changes",
        "created_at": "never changes",
    }
