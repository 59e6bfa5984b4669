"""The list dialect, on products and inventory transactions: what SQL gives is what Python gives."""

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.text import fold

Json = dict[str, Any]
NAMES = ["Tea", "tea", "Thé", "THÉ", "Straße", "STRASSE", "İstanbul", "100%", "under_score", "🍵"]
# null costs, equal prices and names that differ in case only make the ties and the nulls
ROWS = [
    {
        "sku": f"{name} {number}",
        "name": name,
        "price_cents": number % 3 * 100,
        "cost_cents": None if number % 4 == 0 else number % 5,
        "quantity": number % 7,
        "kind": "stocked",
        "category_id": 1,
    }
    for number, name in enumerate(NAMES * 2)
]
FIELDS = ("id", "sku", "name", "price_cents", "cost_cents", "quantity", "kind", "created_at")


@pytest.fixture
def rows(products: TestClient) -> list[Json]:
    products.post("/categories", json={"name": "other"})
    return [products.post("/products", json=row).json() for row in ROWS]


def sort_key(row: Json, field: str) -> tuple[bool, Any]:
    return (row[field] is not None, row[field])


def expected(rows: list[Json], filters: Json, search: str, sort: list[tuple[str, bool]]) -> Any:
    found = [
        row
        for row in rows
        if all(row[field] in values for field, values in filters.items())
        and fold(search) in f"{fold(row['sku'])}\n{fold(row['name'])}"
    ]
    last_descending = bool(sort) and sort[-1][1]
    found.sort(key=lambda row: row["id"], reverse=last_descending)
    for field, descending in reversed(sort):
        found.sort(key=lambda row: sort_key(row, field), reverse=descending)
    return found


def query(filters: Json, search: str, sort: list[tuple[str, bool]]) -> list[tuple[str, Any]]:
    pairs = [(field, value) for field, values in filters.items() for value in values]
    if search:
        pairs.append(("q", search))
    if sort:
        pairs.append(("_sort", ",".join(field for field, _ in sort)))
        pairs.append(("_order", ",".join("DESC" if down else "asc" for _, down in sort)))
    return pairs


def walk(client: TestClient, url: str) -> Iterator[list[Json]]:
    while url:
        response = client.get(url)
        assert response.status_code == 200, response.text
        assert "x-total-count" not in response.headers
        yield response.json()
        link = response.headers.get("link", "")
        url = link.removeprefix("<").removesuffix('>; rel="next"')


filter_values = st.fixed_dictionaries(
    {},
    optional={
        "price_cents": st.lists(st.sampled_from([0, 100, 200, 999]), min_size=1, max_size=3),
        "cost_cents": st.lists(st.sampled_from([0, 1, 2, 77]), min_size=1, max_size=3),
        "name": st.lists(st.sampled_from([*NAMES, "nothing"]), min_size=1, max_size=3),
        "quantity": st.lists(st.integers(0, 7), min_size=1, max_size=4),
        "id": st.lists(st.integers(1, 25), min_size=1, max_size=9),
    },
)
sorts = st.lists(
    st.tuples(st.sampled_from(FIELDS), st.booleans()), max_size=3, unique_by=lambda by: by[0]
)
searches = st.sampled_from(["", "tea", "THÉ", "strasse", "i̇st", "%", "_", "1", "🍵", "zzz"])


def test_any_question_is_answered_as_python_would(products: TestClient, rows: list[Json]) -> None:
    @settings(
        max_examples=int(os.environ.get("EXAMPLES", "60")),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(filter_values, searches, sorts, st.integers(0, 22), st.integers(0, 9), st.integers(1, 9))
    def answer(filters: Json, search: str, sort: Any, start: int, length: int, limit: int) -> None:
        wanted = expected(rows, filters, search, sort)
        pairs = query(filters, search, sort)
        positions = [("_start", start), ("_end", start + length)]
        response = products.get("/products", params=[*pairs, *positions])
        page = wanted[start : start + length]
        assert response.json() == page
        span = f"{start}-{start + len(page) - 1}" if page else "*"
        assert response.headers["content-range"] == f"products {span}/{len(wanted)}"
        assert response.headers["x-total-count"] == str(len(wanted))
        first = products.build_request("GET", "/products", params=[*pairs, ("limit", limit)])
        walked = list(walk(products, str(first.url)))
        assert [row for each in walked for row in each] == wanted
        assert {len(each) for each in walked[:-1]} <= {limit}

    answer()


@pytest.mark.parametrize("sort", ["_sort=name&_order=DESC", "_sort=cost_cents", "q=e", ""])
def test_walking_cursors_while_rows_come_repeats_and_skips_nothing(
    sort: str, products: TestClient, rows: list[Json]
) -> None:
    there = {row["id"] for row in products.get(f"/products?{sort}").json()}
    seen: list[int] = []
    for number, page in enumerate(walk(products, f"/products?limit=3&{sort}")):
        seen += [row["id"] for row in page]
        added = {"sku": f"new {number}", "name": f"{NAMES[number % 9]} e", "quantity": 1}
        products.post("/products", json=ROWS[number % 9] | added)
        if number > 40:
            break
    assert len(seen) == len(set(seen))
    assert there <= set(seen)


def test_an_unpaged_list_gives_a_thousand_and_the_way_on(
    products: TestClient, rows: list[Json], ledger_rows: Callable[[int], None]
) -> None:
    ledger_rows(1002 - len(rows))
    response = products.get("/inventory-transactions")
    assert len(response.json()) == 1000
    assert response.headers["content-range"] == "inventory-transactions 0-999/1002"
    rest = list(walk(products, response.headers["link"][1:].removesuffix('>; rel="next"')))
    assert [row["id"] for page in rest for row in page] == [1001, 1002]
    for params in ({"_end": 5000}, {"limit": 5000}):
        assert len(products.get("/inventory-transactions", params=params).json()) == 1000


def test_beyond_the_end_is_an_empty_page(products: TestClient, rows: list[Json]) -> None:
    response = products.get("/products?_start=500&_end=510")
    assert (response.status_code, response.json()) == (200, [])
    assert response.headers["content-range"] == "products */20"
    assert "link" not in response.headers


@pytest.mark.parametrize(
    ("params", "status", "field"),
    [
        ("colour=red", 400, "colour"),
        ("_sort=colour", 400, "colour"),
        ("_start=1&_start=2", 400, "_start"),
        ("_start=-1", 422, "_start"),
        ("_start=x", 422, "_start"),
        ("_start=9&_end=1", 422, "_end"),
        ("_start=99999999999999999999", 422, "_start"),
        ("limit=0", 422, "limit"),
        ("limit=", 422, "limit"),
        ("_sort=id&_order=UP", 422, "_order"),
        ("_sort=id&_order=ASC,DESC", 422, "_order"),
        ("cursor=x", 422, "cursor"),
        ("cursor=", 422, "cursor"),
        ("price_cents=dear", 422, "price_cents"),
        ("price_cents=9223372036854775808", 422, "price_cents"),
        ("price_cents=", 422, "price_cents"),
        ("created_at=soon", 422, "created_at"),
        ("created_at=2025-01-01T00:00:00", 422, "created_at"),
        ("name=%00", 422, "name"),
        ("q=a%00", 422, "q"),
        ("id=1&id=x", 422, "id"),
    ],
)
def test_refuses_what_it_cannot_read(
    params: str, status: int, field: str, products: TestClient
) -> None:
    response = products.get(f"/products?{params}")
    assert (response.status_code, list(response.json()["errors"])) == (status, [field])
    assert response.headers["content-type"] == "application/problem+json"


def test_the_two_ways_of_paging_do_not_mix(products: TestClient) -> None:
    assert products.get("/products?limit=5&_start=1").status_code == 400


def test_a_cursor_is_of_its_sort(products: TestClient, rows: list[Json]) -> None:
    link = products.get("/products?limit=2&_sort=name").headers["link"]
    query_string = urlsplit(link[1:].removesuffix('>; rel="next"')).query
    cursor = dict(parse_qsl(query_string))["cursor"]
    for other in ("", "&_sort=sku", "&_sort=name&_order=DESC", "&_sort=name,sku"):
        response = products.get(f"/products?cursor={cursor}{other}")
        assert (response.status_code, list(response.json()["errors"])) == (422, ["cursor"])


def test_keys_are_found_without_case(products: TestClient, goods: dict[str, int]) -> None:
    found = products.get("/products", params={"sku": ["tea", "cUp"]}).json()
    assert [row["sku"] for row in found] == ["TEA", "CUP"]


@pytest.mark.parametrize(
    "field",
    [
        *("id", "sku", "name", "description", "category_id", "price_cents", "cost_cents"),
        *("currency", "kind", "status", "reorder_point", "quantity", "allocated", "on_hand"),
        *("created_at", "updated_at", "version"),
    ],
)
def test_every_plain_field_filters_and_sorts(
    field: str, products: TestClient, goods: dict[str, int]
) -> None:
    rows = products.get("/products").json()
    value = rows[0][field]
    if value is not None:
        found = products.get("/products", params={field: value}).json()
        assert found == [row for row in rows if row[field] == value]
    ordered = products.get(f"/products?_sort={field}&_order=DESC").json()
    keys = [sort_key(row, field) for row in ordered]
    assert keys == sorted(keys, reverse=True)
    assert len(ordered) == len(rows)
