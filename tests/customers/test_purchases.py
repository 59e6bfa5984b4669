"""Purchases: free notes of what a customer bought."""

from datetime import UTC, datetime, timedelta

import pytest

from common.db.models.catalogue import Product
from common.times import now


@pytest.fixture
def ada(made):
    return made("/customers", name="Ada")["id"]


def _recent(text):
    moment = datetime.fromisoformat(text)
    assert text.endswith("Z")
    return datetime.now(UTC) - timedelta(minutes=5) < moment <= datetime.now(UTC)


def test_a_purchase_is_noted(customers, ada, product, plain):
    lamp = product("LAMP")
    body = {"purchase_name": " =Lamp() 🪔", "quantity": 10**9, "product_id": lamp}
    answer = customers.post(f"/customers/{ada}/purchases", json=body)
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/purchases/1"
    record = plain(answer.json())
    assert _recent(record.pop("purchased_on"))
    assert record == body | {"id": 1, "version": 1, "customer_id": ada, "last_updated_on": None}
    assert customers.get("/purchases/1").json() == answer.json()
    assert customers.get("/purchases").json() == [answer.json()]
    assert customers.get(f"/customers/{ada}/purchases").json() == [answer.json()]


def test_purchases_are_listed_for_one_customer_and_for_all(customers, ada, made):
    eve = made("/customers", name="Eve")["id"]
    notes = [
        made(f"/customers/{id_}/purchases", purchase_name=name, quantity=1)
        for id_, name in ((ada, "a"), (eve, "b"), (ada, "c"))
    ]
    of_ada = customers.get(f"/customers/{ada}/purchases", params={"_sort": "id", "_order": "desc"})
    assert of_ada.json() == [notes[2], notes[0]]
    assert of_ada.headers["Content-Range"] == "purchases 0-1/2"
    assert customers.get(f"/customers/{eve}/purchases").json() == [notes[1]]
    assert customers.get("/purchases").json() == notes
    other = customers.get(f"/customers/{eve}/purchases", params={"customer_id": ada})
    assert other.json() == []


def test_put_replaces_a_purchase_and_says_when(customers, ada, made, product):
    kept = made(
        f"/customers/{ada}/purchases", purchase_name="a", quantity=1, product_id=product("L")
    )
    answer = customers.put("/purchases/1", json={"purchase_name": "b", "quantity": 2})
    assert answer.status_code == 200
    record = answer.json()
    written = {name: record[name] for name in ("updated_at", "last_updated_on")}
    assert all(_recent(text) for text in written.values())
    changed = {"purchase_name": "b", "quantity": 2, "product_id": None, "version": 2}
    assert record == kept | changed | written
    assert customers.get("/purchases/1").json() == record


def test_each_field_can_be_patched_alone(customers, ada, made, product):
    made(f"/customers/{ada}/purchases", purchase_name="a", quantity=1)
    changes = {"purchase_name": "b", "quantity": 3, "product_id": product("LAMP")}
    for version, (name, value) in enumerate(changes.items(), start=2):
        before = customers.get("/purchases/1").json()
        answer = customers.patch("/purchases/1", json={name: value})
        assert answer.status_code == 200
        written = {word: answer.json()[word] for word in ("updated_at", "last_updated_on")}
        assert answer.json() == before | {name: value, "version": version} | written
        assert written["last_updated_on"] > (before["last_updated_on"] or "")
        assert customers.get("/purchases/1").json() == answer.json()
    cleared = customers.patch("/purchases/1", json={"product_id": None})
    assert (cleared.status_code, cleared.json()["product_id"]) == (200, None)


def test_read_only_members_are_ignored_in_post_and_put(customers, ada, made):
    eve = made("/customers", name="Eve")["id"]
    stale = {
        "id": 9,
        "customer_id": eve,
        "purchased_on": "1999-01-01T00:00:00Z",
        "last_updated_on": "never",
        "created_at": None,
        "updated_at": 5,
    }
    kept = made(f"/customers/{ada}/purchases", purchase_name="a", quantity=1, version=9, **stale)
    assert (kept["id"], kept["customer_id"], kept["version"]) == (1, ada, 1)
    assert _recent(kept["purchased_on"])
    put = customers.put("/purchases/1", json=stale | {"purchase_name": "a", "quantity": 2}).json()
    written = {name: put[name] for name in ("updated_at", "last_updated_on")}
    assert put == kept | {"quantity": 2, "version": 2} | written


def test_read_only_members_are_refused_in_patch_when_they_change(customers, ada, made, state):
    kept = made(f"/customers/{ada}/purchases", purchase_name="a", quantity=1)
    before = state()
    for name, value in {
        "id": 2,
        "customer_id": 2,
        "purchased_on": "1999-01-01T00:00:00Z",
        "last_updated_on": "1999-01-01T00:00:00Z",
        "created_at": None,
        "updated_at": 5,
    }.items():
        answer = customers.patch("/purchases/1", json={"quantity": 2, name: value})
        assert answer.status_code == 422
        assert answer.json()["errors"].keys() == {name}
    assert state() == before
    assert customers.patch("/purchases/1", json=kept).status_code == 200


def test_delete_returns_the_purchase(customers, ada, made):
    kept, other = (
        made(f"/customers/{ada}/purchases", purchase_name=name, quantity=1) for name in "ab"
    )
    answer = customers.delete("/purchases/1")
    assert (answer.status_code, answer.json()) == (200, kept)
    assert customers.get("/purchases").json() == [other]
    assert customers.delete("/purchases/1").status_code == 404


def test_an_unknown_or_deleted_product_is_named(customers, ada, made, product, state):
    gone = product("GONE", deleted=True)
    made(f"/customers/{ada}/purchases", purchase_name="a", quantity=1)
    before = state()
    for id_ in (gone, 999, 2**63 - 1):
        body = {"purchase_name": "b", "quantity": 2, "product_id": id_}
        for answer in (
            customers.post(f"/customers/{ada}/purchases", json=body),
            customers.put("/purchases/1", json=body),
            customers.patch("/purchases/1", json=body),
        ):
            detail = f"There is no product with id {id_}."
            assert (answer.status_code, answer.json()["detail"]) == (404, detail)
            assert answer.json()["errors"] == {"product_id": detail}
    assert state() == before


def test_a_product_that_was_deleted_since_may_stay(customers, ada, made, product, database):
    lamp = product("LAMP")
    body = {"purchase_name": "a", "quantity": 1, "product_id": lamp}
    made(f"/customers/{ada}/purchases", **body)
    with database.transaction() as session:
        session.get_one(Product, lamp).deleted_at = now()
    for answer in (
        customers.put("/purchases/1", json=body | {"quantity": 2}),
        customers.patch("/purchases/1", json=body | {"quantity": 3}),
    ):
        assert (answer.status_code, answer.json()["product_id"]) == (200, lamp)


def test_an_unknown_customer_has_no_purchases(customers, ada, state):
    before = state()
    for id_ in (99, 0, -1, -(2**63), 2**63 - 1):
        path = f"/customers/{id_}/purchases"
        for answer in (
            customers.get(path),
            customers.post(path, json={"purchase_name": "a", "quantity": 1}),
        ):
            assert answer.status_code == 404
            assert answer.json()["detail"] == f"There is no customer with id {id_}."
    assert state() == before
