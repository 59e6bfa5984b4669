"""Any question to a list, in both spellings, gets what plain Python over all rows gives."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from list_oracle import Oracle, Question, json_server, simple_rest

from common.catalogue import products as products_of
from common.db.models.catalogue import Category, Product
from common.db.session import Database

Json = dict[str, Any]
FEW = settings(
    max_examples=int(os.environ.get("EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TEXTS = [
    *("Tea", "tea", "TEA ", "Thé", "THÉ", "The\u0301", "Straße", "STRASSE", "strasze", "ﬁn"),
    *("İstanbul", "istanbul", "\u0131STANBUL", "ISTANBUL", "100%", "under_score", "back\\slash"),
    *("it's", '"so"', "🍵", "ΣΊΣΥΦΟΣ", "σίσυφος", "\uffff", "\U00010000", "tea\nthé", "100_"),
]
PIECES = [
    *("", "t", "É", "e\u0301", "ss", "s", "ß", "İ", "i", "\u0131", "%", "_", "\\", "'", '"', "🍵"),
    *("ΣΥΦΟς", "fi", "a ", "\n", "nothing", "/", "0%", "TEA"),
]
NUMBERS = [-(2**63 - 1), -5, 0, 1, 2, 100, 2**63 - 1]
MOMENTS = ["2024-02-29T23:59:59.999999Z", "2025-06-01T10:00:00Z", "2025-06-01T12:00:00+02:00"]
# null, negative and largest numbers, empty and long texts; most with several of each
ROWS = [
    {
        "sku": f"{text.strip()} {number}",
        "name": text,
        "description": [None, "", text, text * 300, text * 300][number % 5],
        "price_cents": number % 3 * 100,
        "cost_cents": [None, *NUMBERS, None][number % 9],
        "reorder_point": [None, 1][number % 2],
        "status": ["active", "blocked", "discontinued", "active"][number % 4],
        "created_at": datetime(2025, 6, 1, 10, tzinfo=UTC) + timedelta(microseconds=number % 3),
    }
    for number, text in enumerate(TEXTS)
]
ORACLE = Oracle(
    times=frozenset({"created_at", "updated_at"}),
    keys=frozenset({"sku"}),
    searched=("sku", "name"),
)


@pytest.fixture
def rows(database: Database, products: TestClient) -> list[Json]:
    with database.transaction() as session:
        category = Category(name="other")
        session.add(category)
        session.flush()
        for row in ROWS:
            products_of.add_all(session, [Product(category_id=category.id, kind="service", **row)])
    found: list[Json] = products.get("/products").json()
    assert [row["name"] for row in found] == TEXTS
    return found


def several(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, max_size=3)


def comparisons(
    field: str, values: st.SearchStrategy[Any], *ordering: str, nullable: bool = False
) -> st.SearchStrategy[Any]:
    any_of = st.tuples(
        st.just(field),
        st.sampled_from(["eq", "ne"]),
        several(st.none() | values if nullable else values),
    )
    one = st.tuples(
        st.just(field), st.sampled_from(ordering or ["eq"]), st.tuples(values).map(list)
    )
    return any_of | one if ordering else any_of


ORDERING = ("gte", "lte", "gt", "lt")
texts = st.sampled_from([*TEXTS, *(text.upper() for text in TEXTS), ""])
pieces = st.sampled_from(PIECES) | texts
numbers = st.sampled_from(NUMBERS)
filters = st.one_of(
    comparisons("id", st.integers(-1, len(TEXTS) + 1), *ORDERING),
    comparisons("sku", st.sampled_from([row["sku"].upper() for row in ROWS]), *ORDERING),
    comparisons("name", texts, *ORDERING),
    comparisons("description", texts, *ORDERING, nullable=True),
    st.tuples(
        st.sampled_from(["sku", "name", "description", "currency"]),
        st.just("like"),
        st.tuples(pieces).map(list),
    ),
    comparisons("currency", st.sampled_from(["EUR", "eur", "USD"]), *ORDERING),
    comparisons("price_cents", numbers, *ORDERING),
    comparisons("cost_cents", numbers, *ORDERING, nullable=True),
    comparisons("reorder_point", numbers, *ORDERING, nullable=True),
    comparisons("on_hand", numbers, *ORDERING, nullable=True),
    comparisons("created_at", st.sampled_from(MOMENTS), *ORDERING),
    comparisons("status", st.sampled_from(["active", "blocked", "discontinued"])),
)
FIELDS = (
    *("id", "sku", "name", "description", "price_cents", "cost_cents", "reorder_point"),
    *("quantity", "on_hand", "allocated", "currency", "kind", "status", "created_at"),
)
questions = st.builds(
    Question,
    st.lists(filters, max_size=2, unique_by=lambda told: told[:2]),
    st.just("") | pieces,
    st.lists(
        st.tuples(st.sampled_from(FIELDS), st.booleans()), max_size=3, unique_by=lambda by: by[0]
    ),
)


def walk(client: TestClient, url: str) -> Iterator[list[Json]]:
    while url:
        response = client.get(url)
        assert response.status_code == 200, response.text
        assert "x-total-count" not in response.headers
        yield response.json()
        link = response.headers.get("link", "")
        url = link.removeprefix("<").removesuffix('>; rel="next"')


def test_any_question_is_answered_as_python_would(products: TestClient, rows: list[Json]) -> None:
    @FEW
    @given(questions, st.integers(0, 26), st.integers(1, 9))
    def answer(question: Question, start: int, length: int) -> None:
        wanted = ORACLE.answer(rows, question)
        page = wanted[start : start + length]
        span = f"{start}-{start + len(page) - 1}" if page else "*"
        in_json_server = json_server(question)
        asked = [[*simple_rest(question), ("range", f"[{start},{start + length - 1}]")]]
        if in_json_server is not None:
            asked.append([*in_json_server, ("_start", start), ("_end", start + length)])
        for pairs in asked:
            response = products.get("/products", params=pairs)
            assert response.status_code == 200, response.text
            assert response.json() == page
            assert response.headers["content-range"] == f"products {span}/{len(wanted)}"
            assert response.headers["x-total-count"] == str(len(wanted))

    answer()


def test_any_question_is_walked_as_python_would(products: TestClient, rows: list[Json]) -> None:
    @FEW
    @given(questions, st.integers(4, 15))
    def answer(question: Question, limit: int) -> None:
        wanted = ORACLE.answer(rows, question)
        pairs = [*simple_rest(question), ("limit", limit)]
        first = products.build_request("GET", "/products", params=pairs)
        walked = list(walk(products, str(first.url)))
        assert [row for each in walked for row in each] == wanted
        assert {len(each) for each in walked[:-1]} <= {limit}

    answer()


def test_an_unpaged_list_gives_a_thousand_and_the_way_on(
    products: TestClient, goods: dict[str, int], ledger_rows: Callable[[int], None]
) -> None:
    ledger_rows(1000)
    response = products.get("/inventory-transactions")
    assert len(response.json()) == 1000
    assert response.headers["content-range"] == "inventory-transactions 0-999/1002"
    rest = list(walk(products, response.headers["link"][1:].removesuffix('>; rel="next"')))
    assert [row["id"] for page in rest for row in page] == [1001, 1002]
    for params in ({"_end": 5000}, {"limit": 5000}, {"range": "[0,4999]"}):
        assert len(products.get("/inventory-transactions", params=params).json()) == 1000


@pytest.mark.parametrize("params", ["_start=500&_end=510", "range=[500,509]"])
def test_beyond_the_end_is_an_empty_page(
    params: str, products: TestClient, goods: dict[str, int]
) -> None:
    response = products.get(f"/products?{params}")
    assert (response.status_code, response.json()) == (200, [])
    assert response.headers["content-range"] == "products */3"
    assert "link" not in response.headers


def test_the_header_range_asks_for_rows_as_admin_kits_do(
    products: TestClient, goods: dict[str, int]
) -> None:
    def asked(header: str, **params: str) -> tuple[int, Any]:
        response = products.get("/products", params=params, headers={"Range": header})
        return response.status_code, response.headers.get("content-range")

    assert asked("products=1-1") == (200, "products 1-1/3")
    assert asked("products=0-24", range="[0,24]") == (200, "products 0-2/3")
    assert asked("products=0-24", range="[0,9]") == (400, None)
    assert asked("products=0-24", _start="0") == (400, None)
    assert asked("products=0-24", limit="5") == (400, None)
    assert asked("products=9-2") == (422, None)
    assert asked("products=all") == (422, None)
    assert asked("bytes=0-1") == (200, "products 0-2/3")  # of a unit that is not known


def test_an_empty_list_of_values_means_no_row(products: TestClient, goods: dict[str, int]) -> None:
    assert products.get("/products", params={"filter": '{"id": []}'}).json() == []
    assert len(products.get("/products", params={"filter": '{"id_ne": []}'}).json()) == 3


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
    for told in ([field, "eq", [value]], [field, "ne", [value]]):
        question = Question([tuple(told)], "", [(field, True)])
        found = products.get("/products", params=json_server(question))
        assert found.json() == ORACLE.answer(rows, question)
