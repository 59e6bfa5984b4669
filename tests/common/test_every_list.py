"""Every list of every service speaks the dialect, and its OpenAPI document says so exactly."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from list_oracle import Oracle, Question, json_server, simple_rest

Json = dict[str, Any]
Clients = dict[str, TestClient]

TRANSACTIONS = ("inventory-transactions", (), ("reason", "reference"))
# list, how `Content-Range` calls it, the keys that are equal without case, where `q` looks
LISTS = [
    ("products", "/categories", "categories", (), ("name",)),
    ("products", "/products", "products", ("sku",), ("sku", "name")),
    ("products", "/inventory-transactions", *TRANSACTIONS),
    ("products", "/products/{product_id}/inventory-transactions", *TRANSACTIONS),
    ("products", "/stocktakes", "stocktakes", (), ("reason", "reference")),
    ("sales", "/orders", "orders", ("number",), ("number", "label")),
    ("sales", "/sales", "sales", (), ("product_name",)),
    (
        *("customers", "/customers", "customers", ("number", "username", "email")),
        ("number", "name", "email", "username"),
    ),
    (
        *("customers", "/contacts", "contacts", ()),
        ("address_line1", "address_line2", "city", "postal_code", "phone_number"),
    ),
    ("customers", "/purchases", "purchases", (), ("purchase_name",)),
    ("customers", "/customers/{customer_id}/purchases", "purchases", (), ("purchase_name",)),
]
every_list = pytest.mark.parametrize(("service", "path", "name", "keys", "searched"), LISTS)
WORDS = ["_start", "_end", "range", "limit", "cursor", "_sort", "_order", "sort"]


@pytest.fixture
def clients(products: TestClient, sales: TestClient, customers: TestClient) -> Clients:
    return {"products": products, "sales": sales, "customers": customers}


@pytest.fixture
def trade(clients: Clients, goods: dict[str, int]) -> Clients:
    """Some of everything, with nulls and without."""

    def post(service: str, path: str, **body: Any) -> Json:
        response = clients[service].post(path, json=body)
        assert response.status_code == 201, response.text
        made: Json = response.json()
        return made

    post("products", "/categories", name="toys")
    post("products", "/inventory-adjustments", product_id=1, change=90, reason="Found")
    post(
        "products", "/inventory-adjustments", product_id=1, change=-1, reason="Lost", reference="R"
    )
    post("products", "/stocktakes", lines=[{"product_id": 1, "counted": 94}], reference="Sheet")
    post("products", "/stocktakes", lines=[{"product_id": 2, "counted": 1}], reason="Shelf")
    post("customers", "/contacts", address_line1="12 High Street", city="Köln")
    post("customers", "/contacts", address_line1="1", country="France", phone_number="5", state="S")
    post("customers", "/customers", name="Ada", email="Ada@Example.org", country="France")
    post("customers", "/customers", first_name="Zoë", last_name="Æ", username="ZOE", address="a_b")
    post("customers", "/customers/1/purchases", purchase_name="Lamp", quantity=2, product_id=1)
    post("customers", "/customers/1/purchases", purchase_name="lamp", quantity=1)
    clients["customers"].patch("/purchases/2", json={"quantity": 3})
    cup, tea = {"product_id": 2, "quantity": 1}, {"product_id": 1, "quantity": 3}
    post("sales", "/orders", customer_id=1, lines=[tea, cup])
    post("sales", "/orders", label="Späti", lines=[tea], order_date="2025-06-01T10:00:00.5Z")
    post("sales", "/sales", product_id=1, quantity=2, country="Eire", unit_price_cents=5)
    return clients


def parameters_of(client: TestClient, path: str) -> dict[str, Json]:
    operation = client.get("/openapi.json").json()["paths"][path]["get"]
    return {each["name"]: each for each in operation["parameters"] if each["in"] == "query"}


def filters_of(parameters: dict[str, Json]) -> dict[str, list[str]]:
    """The comparisons of each field."""
    names = [name for name in parameters if name not in {*WORDS, "q", "filter"}]
    fields = [name for name in names if name.rpartition("_")[0] not in names]
    found = {field: ["eq"] for field in fields}
    for name in names:
        if name not in found:
            field, _, comparison = name.rpartition("_")
            found[field].append(comparison)
    return found


def schema_of(parameter: Json) -> Json:
    """Of one value."""
    schema = parameter["schema"].get("items", parameter["schema"])
    return schema.get("anyOf", [schema])[0]


@every_list
def test_every_comparison_of_every_field(
    service: str,
    path: str,
    name: str,
    keys: tuple[str, ...],
    searched: tuple[str, ...],
    trade: Clients,
) -> None:
    client = trade[service]
    url = path.format(product_id=1, customer_id=1)
    rows = client.get(url).json()
    assert len(rows) >= 2
    parameters = parameters_of(client, path)
    filters = filters_of(parameters)
    assert {*filters} == {field for field, value in rows[0].items() if not isinstance(value, list)}
    times = {f for f in filters if schema_of(parameters[f]).get("format") == "date-time"}
    oracle = Oracle(frozenset(times), frozenset(keys), searched)
    for field, comparisons in filters.items():
        values = [row[field] for row in rows if row[field] is not None]
        values = values or [1 if schema_of(parameters[field])["type"] == "integer" else "x"]
        nullable = any(row[field] is None for row in rows)
        for comparison in comparisons:
            value = values[-1].swapcase() if comparison == "like" else values[-1]
            wanted = [value, *([None] if nullable else [])]
            told = wanted if comparison in {"eq", "ne"} else wanted[:1]
            question = Question([(field, comparison, told)], "", [(field, True)])
            expected = oracle.answer(rows, question)
            for pairs in (json_server(question), simple_rest(question)):
                response = client.get(url, params=pairs)
                assert (response.status_code, response.json()) == (200, expected), pairs
                span = f"0-{len(expected) - 1}" if expected else "*"
                assert response.headers["content-range"] == f"{name} {span}/{len(expected)}"


@every_list
def test_a_search_looks_in_every_field_that_it_should(
    service: str,
    path: str,
    name: str,
    keys: tuple[str, ...],
    searched: tuple[str, ...],
    trade: Clients,
) -> None:
    url = path.format(product_id=1, customer_id=1)
    rows = trade[service].get(url).json()
    oracle = Oracle(frozenset(), frozenset(), searched)
    pieces = {row[field][:3].swapcase() for row in rows for field in searched if row[field]}
    for piece in {*pieces, "%", "nowhere"}:
        question = Question([], piece, [("id", False)])
        found = oracle.answer(rows, question)
        assert bool(found) == (piece in pieces)
        for pairs in (json_server(question), simple_rest(question)):
            assert trade[service].get(url, params=pairs).json() == found


@every_list
def test_the_document_names_what_is_known_and_nothing_else(
    service: str,
    path: str,
    name: str,
    keys: tuple[str, ...],
    searched: tuple[str, ...],
    clients: Clients,
) -> None:
    parameters = parameters_of(clients[service], path)
    told = [*WORDS, "q", "filter"]
    assert [*parameters][: len(told)] == told
    for field, comparisons in filters_of(parameters).items():
        schema = schema_of(parameters[field])
        ordering = ["eq", "ne", "gte", "lte", "gt", "lt"]
        if schema["type"] == "integer" or schema.get("format") == "date-time":
            assert comparisons == ordering, field
        else:
            own = ["eq", "ne", "like"] if "enum" in schema else [*ordering, "like"]
            assert comparisons == own, field


def test_the_parameters_of_a_field(products: TestClient) -> None:
    parameters = parameters_of(products, "/products")
    empty = {"type": "string", "maxLength": 0}
    number = {"type": "integer", "minimum": -(2**63 - 1), "maximum": 2**63 - 1}
    assert parameters["cost_cents"] == {
        "name": "cost_cents",
        "in": "query",
        "required": False,
        "description": "Is one of these; empty: null",
        "schema": {"type": "array", "items": {"anyOf": [number, empty]}},
    }
    assert parameters["price_cents"]["schema"] == {"type": "array", "items": number}
    assert parameters["price_cents_lt"]["schema"] == number
    assert parameters["status_ne"]["schema"]["items"] == {
        "type": "string",
        "enum": ["active", "blocked", "discontinued"],
    }
    assert parameters["name_like"]["schema"] == {"type": "string", "maxLength": 200}


def test_the_summary_takes_the_filters_of_sales(trade: Clients) -> None:
    sales = trade["sales"]
    parameters = parameters_of(sales, "/sales/summary")
    assert filters_of({**parameters_of(sales, "/sales")}).items() <= filters_of(parameters).items()
    assert {"group_by", "from", "to", "tz"} <= parameters.keys()
    every = sales.get("/sales").json()
    for params, kept in (
        (
            {"quantity_gte": 2, "country": ""},
            lambda row: row["quantity"] >= 2 and not row["country"],
        ),
        ({"filter": '{"product_name_like": "TE"}'}, lambda row: row["product_name"] == "Tea"),
        ({"country_ne": "Eire"}, lambda row: row["country"] != "Eire"),
    ):
        (row,) = sales.get("/sales/summary", params=params).json()
        wanted = [sale for sale in every if kept(sale)]
        assert wanted
        assert row["units"] == sum(sale["quantity"] for sale in wanted)
        assert row["revenue_cents"] == sum(sale["total_cents"] for sale in wanted)
    by_units = {"group_by": "country", "sort": '["units","DESC"]', "range": "[0,1]"}
    answer = sales.get("/sales/summary", params=by_units)
    assert [row["units"] for row in answer.json()] == [4, 3]
    assert answer.headers["content-range"] == "summary 0-1/3"
    assert "range" not in answer.headers["link"]
    assert sales.get("/sales/summary", params={"_sort": "sold_at"}).status_code == 400


def test_no_list_is_left_out(clients: Clients) -> None:
    """Every GET that answers with an array speaks the dialect."""
    found = set()
    for service, client in clients.items():
        for path, operations in client.get("/openapi.json").json()["paths"].items():
            answer = operations.get("get", {}).get("responses", {}).get("200", {})
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            if schema.get("type") == "array" and "_sort" in parameters_of(client, path):
                found.add((service, path))
            elif schema.get("type") == "array":
                found.add((service, path, "has no dialect"))
    # the stock of an instant differs from one to the next: see tests/products/test_levels.py
    apart = {("sales", "/sales/summary"), ("products", "/inventory")}
    assert found == {(each[0], each[1]) for each in LISTS} | apart
