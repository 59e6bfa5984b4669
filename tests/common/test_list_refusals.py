"""What a list cannot read is refused by its name, and never ignored."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

BEYOND = 2**63

WORDS = [
    ("colour=red", 400, "colour"),
    ("colour_gte=red", 400, "colour_gte"),
    ("_gte=1", 400, "_gte"),
    ("price_cents_like=1", 400, "price_cents_like"),
    ("kind_gte=service", 400, "kind_gte"),
    ("price_cents_gte=1&price_cents_gte=2", 400, "price_cents_gte"),
    ("name_like=a&name_like=b", 400, "name_like"),
    ("_page=1", 400, "_page"),
    ("_sort=colour", 400, "colour"),
    ("_sort=id,id", 422, "_sort"),
    ("_order=ASC", 422, "_order"),
    ("_sort=id&_order=UP", 422, "_order"),
    ("_sort=id&_order=ASC,DESC", 422, "_order"),
    ("_start=1&_start=2", 400, "_start"),
    ("_start=-1", 422, "_start"),
    ("_start=x", 422, "_start"),
    ("_start=9&_end=1", 422, "_end"),
    ("_start=99999999999999999999", 422, "_start"),
    ("limit=0", 422, "limit"),
    ("limit=", 422, "limit"),
    ("cursor=x", 422, "cursor"),
    ("cursor=", 422, "cursor"),
    ("cursor=WyIiLDE4NDQ2NzQ0MDczNzA5NTUxNjE1XQ", 422, "cursor"),  # an id beyond 63 bits
    ("cursor=WyIiLCIxIl0", 422, "cursor"),  # an id in text
    ("cursor=eyJzb3J0IjoiIiwiaWQiOjEsImRpZ2VzdCI6MX0", 422, "cursor"),  # no digest
    ("price_cents=dear", 422, "price_cents"),
    ("price_cents=9223372036854775808", 422, "price_cents"),
    ("price_cents=", 422, "price_cents"),
    ("cost_cents_gte=", 422, "cost_cents_gte"),
    ("created_at=soon", 422, "created_at"),
    ("created_at_lt=2025-01-01T00:00:00", 422, "created_at_lt"),
    ("kind=broken", 422, "kind"),
    ("status_ne=gone", 422, "status_ne"),
    ("id=1&id=x", 422, "id"),
    (f"q={'x' * 201}", 422, "q"),
    (f"name_like={'x' * 201}", 422, "name_like"),
]

JSON: list[tuple[str, Any, int]] = [
    ("filter", "", 400),
    ("filter", "colour", 400),
    ("filter", '{"id": 1, "id": 2}', 400),
    ("filter", '{"price_cents": NaN}', 400),
    ("filter", '{"price_cents": 1e999}', 400),
    ("filter", '{"name": "\\ud800"}', 400),
    ("filter", '{"\\ud800": 1}', 400),
    ("filter", f'{{"id": {"[" * 1000}{"]" * 1000}}}', 422),
    ("filter", f'{{"id": {"[" * 1100}{"]" * 1100}}}', 400),
    ("filter", f'{{"id": {"9" * 5000}}}', 400),
    ("filter", [], 422),
    ("filter", None, 422),
    ("filter", {"colour": "red"}, 400),
    ("filter", {"price_cents": {"gte": 1}}, 422),
    ("filter", {"price_cents": [[1]]}, 422),
    ("filter", {"price_cents": BEYOND}, 422),
    ("filter", {"price_cents": 1.0}, 422),
    ("filter", {"price_cents": True}, 422),
    ("filter", {"price_cents": None}, 422),
    ("filter", {"price_cents_gte": [1, 2]}, 400),
    ("filter", {"price_cents_gte": []}, 400),
    ("filter", {"cost_cents_gte": None}, 422),
    ("filter", {"name_like": None}, 422),
    ("filter", {"name": 5}, 422),
    ("filter", {"name": "\x00"}, 422),
    ("filter", {"kind": "broken"}, 422),
    ("filter", {"created_at": 5}, 422),
    ("filter", {"q": 5}, 422),
    ("filter", {"q": "x" * 201}, 422),
    ("filter", {"q": ["a", "b"]}, 400),
    ("sort", "id", 400),
    ("sort", {}, 422),
    ("sort", ["id"], 422),
    ("sort", ["id", "ASC", "name"], 422),
    ("sort", ["id", 1], 422),
    ("sort", ["id", "UP"], 422),
    ("sort", [["id", "ASC"], ["id", "DESC"]], 422),
    ("sort", ["colour", "ASC"], 400),
    ("range", "0-9", 400),
    ("range", [0], 422),
    ("range", [9, 0], 422),
    ("range", [-1, 0], 422),
    ("range", [0, 10**18], 422),
    ("range", [0, True], 422),
    ("range", ["0", "9"], 422),
]

TWICE = [
    ('filter={"id":1}&id=1', "filter"),
    ('filter={"q":"a"}&q=a', "filter"),
    ('sort=["id","ASC"]&_sort=id', "sort"),
    ("range=[0,9]&_start=0", "range"),
    ("range=[0,9]&_end=9", "range"),
    ('filter={"id":1}&filter={"id":2}', "filter"),
]


def refused(client: TestClient, params: Any) -> tuple[int, list[str]]:
    response = client.get("/products", params=params)
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, list(response.json()["errors"])


@pytest.mark.parametrize(("params", "status", "field"), WORDS)
def test_the_words_of_json_server(
    params: str, status: int, field: str, products: TestClient
) -> None:
    assert refused(products, params) == (status, [field])


@pytest.mark.parametrize(("word", "value", "status"), JSON)
def test_the_words_of_simple_rest(word: str, value: Any, status: int, products: TestClient) -> None:
    told = value if isinstance(value, str) else json.dumps(value)
    assert refused(products, {word: told}) == (status, [word])


@pytest.mark.parametrize(("params", "field"), TWICE)
def test_one_thing_said_in_two_ways(params: str, field: str, products: TestClient) -> None:
    assert refused(products, params) == (400, [field])


@pytest.mark.parametrize("params", ["limit=5&_start=1", "cursor=x&_end=1", "limit=5&range=[0,9]"])
def test_the_two_ways_of_paging_do_not_mix(params: str, products: TestClient) -> None:
    assert products.get(f"/products?{params}").status_code == 400


def test_an_enumeration_names_what_it_knows(products: TestClient) -> None:
    for params in ({"kind": "broken"}, {"filter": '{"kind": ["stocked", "broken"]}'}):
        response = products.get("/products", params=params)
        assert response.json()["detail"].endswith("kind must be one of stocked, service.")


def test_where_nothing_is_searched_q_is_refused(sales: TestClient) -> None:
    for params, field in (({"q": "a"}, "q"), ({"filter": '{"q": "a"}'}, "filter")):
        response = sales.get("/sales/summary", params=params)
        assert (response.status_code, list(response.json()["errors"])) == (400, [field])
    assert sales.get("/sales/summary", params={"filter": '{"q": ""}'}).status_code == 200


def test_an_order_without_fields_to_sort_by_is_none(products: TestClient) -> None:
    assert products.get("/products?_sort=&_order=DESC").status_code == 200
