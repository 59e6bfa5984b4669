"""Who edits what was edited meanwhile is told; who has what is there already gets nothing."""

import re
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

Json = dict[str, Any]
Snapshot = Callable[[], Any]
TAG = re.compile(r'"(\d+)-[0-9a-f]{16}"')
# Of each kind of record: its service, its path, what makes one, and an edit.
EDITABLE = {
    "/categories/2": ("products", "/categories", {"name": "toys"}, {"name": "books"}),
    "/products/1": ("products", None, None, {"name": "Green tea"}),
    "/customers/1": ("customers", "/customers", {"name": "Ann"}, {"name": "Eve"}),
    "/contacts/1": ("customers", "/contacts", {"address_line1": "a"}, {"address_line1": "b"}),
    "/purchases/1": ("customers", None, None, {"purchase_name": "b", "quantity": 2}),
    "/orders/1": (
        "sales",
        "/orders",
        {"lines": [{"product_id": 3, "quantity": 1}]},
        {"label": "x"},
    ),
}


@pytest.fixture(params=EDITABLE)
def editable(
    request: pytest.FixtureRequest,
    products: TestClient,
    customers: TestClient,
    sales: TestClient,
    goods: dict[str, int],
) -> tuple[TestClient, str, Json]:
    """A client, the path of a record at version 1, and an edit of it."""
    clients = {"products": products, "customers": customers, "sales": sales}
    service, collection, body, edit = EDITABLE[request.param]
    if request.param == "/purchases/1":
        customers.post("/customers", json={"name": "Ann"})
        note = {"purchase_name": "a", "quantity": 1}
        assert customers.post("/customers/1/purchases", json=note).status_code == 201
    elif collection is not None:
        assert clients[service].post(collection, json=body).status_code == 201
    return clients[service], request.param, edit


def methods(path: str) -> list[str]:
    return ["PUT", "PATCH"] if path.startswith("/orders") else ["PUT", "PATCH", "DELETE"]


def whole(client: TestClient, path: str, edit: Json) -> Json:
    """All that a PUT of the record wants."""
    read_only = {"lines", "quantity"} if path.startswith(("/orders", "/products")) else set()
    record = client.get(path).json()
    return {name: value for name, value in record.items() if name not in read_only} | edit


def test_a_tag_names_version_and_state(editable: tuple[TestClient, str, Json]) -> None:
    client, path, edit = editable
    first = client.get(path)
    assert TAG.fullmatch(first.headers["etag"])[1] == "1"  # type: ignore[index]
    assert first.headers["cache-control"] == "private, no-cache"
    assert client.head(path).headers["etag"] == first.headers["etag"]
    edited = client.patch(path, json=edit)
    assert TAG.fullmatch(edited.headers["etag"])[1] == "2"  # type: ignore[index]
    assert client.get(path).headers["etag"] == edited.headers["etag"] != first.headers["etag"]


def test_of_two_editors_the_second_is_told(
    editable: tuple[TestClient, str, Json], snapshot: Snapshot
) -> None:
    client, path, edit = editable
    mine = yours = client.get(path)
    body = whole(client, path, edit)
    saved = client.patch(path, json=edit, headers={"If-Match": mine.headers["etag"]})
    assert (saved.status_code, saved.json()["version"]) == (200, 2)
    before = snapshot()
    for method in methods(path):
        json = {} if method == "DELETE" else {"json": body | {"version": 2}}
        stale = {"If-Match": yours.headers["etag"]}
        refused = client.request(method, path, headers=stale, **json)
        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (412, "precondition_failed")
        assert problem["errors"] == {
            "If-Match": "does not name version 2, at which the record is now"
        }
        assert problem["current"] == client.get(path).json()
    assert snapshot() == before


def test_a_body_made_of_an_earlier_version_is_refused(
    editable: tuple[TestClient, str, Json], snapshot: Snapshot
) -> None:
    client, path, edit = editable
    stale = whole(client, path, {})
    assert client.patch(path, json=edit | {"version": 1}).json()["version"] == 2
    before = snapshot()
    for method, body in (("PUT", stale), ("PATCH", stale), ("PATCH", edit | {"version": 3})):
        refused = client.request(method, path, json=body)
        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (409, "stale_version")
        told = f"is {body['version']}; the record is at version 2 now"
        assert problem["errors"] == {"version": told}
        assert problem["current"] == client.get(path).json()
    for wrong in ("2", True, 2.5, [2]):
        refused = client.patch(path, json=edit | {"version": wrong})
        assert (refused.status_code, refused.json()["errors"]) == (
            422,
            {"version": "must be a whole number"},
        )
    assert snapshot() == before
    assert client.put(path, json=whole(client, path, edit)).status_code == 200
    assert client.patch(path, json=edit | {"version": None}).status_code == 200


def test_any_of_the_tags_may_be_the_one(editable: tuple[TestClient, str, Json]) -> None:
    client, path, edit = editable
    for told in ("*", '"7-1", {}', "W/{}", '"x",W/"y", {}'):
        given = told.format(client.get(path).headers["etag"])
        assert client.patch(path, json={}, headers={"If-Match": given}).status_code == 200
    tag = client.get(path).headers["etag"]
    for given in ('"7-1"', '""', '"-"', '"11-2", "x"', ""):
        refused = client.patch(path, json=edit, headers={"If-Match": given})
        assert refused.status_code == (412 if given else 400), given
    for given in ("1", '"1', "1-a", '"a" "b"', '*, "1"'):
        refused = client.patch(path, json=edit, headers={"If-Match": given})
        assert (refused.status_code, refused.json()["code"]) == (400, "malformed")
        assert refused.json()["errors"].keys() == {"If-Match"}
    assert client.get(path).headers["etag"] == tag
    absent = path.rpartition("/")[0] + "/99"
    assert client.patch(absent, json={}, headers={"If-Match": tag}).status_code == 404


def test_any_is_said_without_quotes(editable: tuple[TestClient, str, Json]) -> None:
    client, path, edit = editable
    for given in ('"*"', '"*-x"', 'W/"*"'):
        refused = client.patch(path, json=edit, headers={"If-Match": given})
        assert refused.status_code == 412
        assert client.get(path, headers={"If-None-Match": given}).status_code == 200


def test_what_should_not_be_there_is_left_alone(
    editable: tuple[TestClient, str, Json], snapshot: Snapshot
) -> None:
    client, path, edit = editable
    before = snapshot()
    for method in methods(path):
        json = {} if method == "DELETE" else {"json": whole(client, path, edit)}
        for given in ("*", client.get(path).headers["etag"]):
            refused = client.request(method, path, headers={"If-None-Match": given}, **json)
            assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed")
            told = "names version 1, at which the record is now, or any"
            assert refused.json()["errors"] == {"If-None-Match": told}
            assert refused.json()["current"] == client.get(path).json()
    assert snapshot() == before
    edited = client.patch(path, json=edit, headers={"If-None-Match": '"7-x"'})
    assert edited.json()["version"] == 2


def test_an_api_of_old_compares_too(
    customers: TestClient, shop: dict[str, str], http: httpx2.Client, snapshot: Snapshot
) -> None:
    customers.post("/customers", json={"name": "Ann"})
    note = {"purchase_name": "lamp", "quantity": 1}
    customers.post("/customers/1/purchases", json=note).raise_for_status()
    tag = customers.get("/purchases/1").headers["etag"]
    customers.patch("/purchases/1", json={"quantity": 2}, headers={"If-Match": tag})
    before = snapshot()
    old = f"{shop['customers']}/api/v1/purchase/1"
    for method in ("PUT", "PATCH", "DELETE"):
        stale = http.request(method, old, json={"quantity": 3}, headers={"If-Match": tag})
        message = "The record was edited since it was read; nothing was changed."
        assert (stale.status_code, stale.json()) == (412, {"status": "error", "message": message})
    assert snapshot() == before


def test_a_sale_changes_the_tag_and_not_the_version(
    products: TestClient, sales: TestClient, goods: dict[str, int]
) -> None:
    before = products.get("/products/1").headers["etag"]
    sales.post("/orders", json={"lines": [{"product_id": 1, "quantity": 1}]})
    after = products.get("/products/1").headers["etag"]
    assert after != before
    assert TAG.fullmatch(after)[1] == TAG.fullmatch(before)[1]  # type: ignore[index]
    edited = products.patch("/products/1", json={"name": "T"}, headers={"If-Match": before})
    assert edited.status_code == 200


def test_what_is_known_already_is_not_sent_again(
    products: TestClient, sales: TestClient, goods: dict[str, int]
) -> None:
    for client, path in (
        (products, "/products/1"),
        (products, "/products"),
        (products, "/inventory-transactions/1"),
        (sales, "/orders?_start=0&_end=5"),
        (sales, "/sales/summary"),
    ):
        first = client.get(path)
        tag = first.headers["etag"]
        for given in (tag, f'"x", W/{tag}', "*"):
            again = client.get(path, headers={"If-None-Match": given})
            assert (again.status_code, again.content) == (304, b"")
            assert "content-type" not in again.headers
            told = dict(first.headers) | {"x-request-id": again.headers["x-request-id"]}
            del told["content-length"], told["content-type"]
            assert dict(again.headers) == told
        assert client.get(path, headers={"If-None-Match": '"1-0"'}).content == first.content
    tag = products.get("/products").headers["etag"]
    sales.post("/orders", json={"lines": [{"product_id": 1, "quantity": 1}]})
    assert products.get("/products", headers={"If-None-Match": tag}).status_code == 200
    assert products.get("/products/9", headers={"If-None-Match": "*"}).status_code == 404
    assert products.get("/products", headers={"If-None-Match": "x"}).status_code == 400


def test_by_the_gateway_too(
    shop: dict[str, str], http: httpx2.Client, goods: dict[str, int]
) -> None:
    url = f"{shop['gateway']}/products/1"
    tag = http.get(url).headers["etag"]
    assert http.get(url, headers={"If-None-Match": tag}).status_code == 304
    assert http.patch(url, json={"name": "a"}, headers={"If-Match": tag}).status_code == 200
    refused = http.patch(url, json={"name": "b"}, headers={"If-Match": tag})
    assert (refused.status_code, refused.json()["current"]["name"]) == (412, "a")
    page = {"Origin": "http://localhost:3000"}
    exposed = http.get(url, headers=page).headers["access-control-expose-headers"]
    assert {"ETag", "Idempotent-Replayed"} <= set(exposed.split(", "))
