"""Bodies that are not what they should be are refused with what is wrong, and change nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from common.settings import Settings

State = Callable[[], dict[str, list[Any]]]
JSON = {"Content-Type": "application/json"}
SOUND = '{"address_line1": "12 High Street", "city": "London"}'
NOT_JSON = "is not sound JSON"


def refused(customers: TestClient, content: Any, headers: dict[str, str] = JSON) -> tuple[Any, ...]:
    answer = customers.post("/contacts", content=content, headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"], answer.json()["errors"]


@pytest.mark.parametrize(
    "content",
    [
        "{",
        SOUND[:-1],
        SOUND + "{}",
        "{'city': 'London'}",
        '{"city": NaN}',
        '{"city": Infinity}',
        '{"city": -Infinity}',
        '{"city": 1e400}',
        '{"city": ' + "9" * 5000 + "}",
        '{"city": "\\ud800"}',
        '{"\\udfff": 1}',
        '{"city": "\x01"}',
        b'{"city": "\xff"}',
        b'{"city": "\xed\xa0\x80"}',
        b"\xef\xbb\xbf" + SOUND.encode(),
        SOUND.encode("utf-16"),
        b" \n",
    ],
)
def test_what_is_not_json(customers: TestClient, snapshot: State, content: Any) -> None:
    before = snapshot()
    assert refused(customers, content) == (400, "malformed", {"body": NOT_JSON})
    assert snapshot() == before


@pytest.mark.parametrize("depth", [33, 1_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"city":', "}")])
def test_what_is_too_deep(
    customers: TestClient, snapshot: State, depth: int, opening: str, closing: str
) -> None:
    before = snapshot()
    status, code, errors = refused(customers, opening * depth + "1" + closing * depth)
    assert (status, code, list(errors)) == (400, "malformed", ["body"])
    assert snapshot() == before


def test_what_is_just_not_too_deep(customers: TestClient) -> None:
    assert refused(customers, "[" * 32 + "]" * 32) == (
        422,
        "invalid",
        {"body": "must be an object"},
    )


@pytest.mark.parametrize(
    ("content", "member"),
    [
        ('{"address_line1": "a", "city": "b", "city": "c"}', "city"),
        ('{"address_line1": "a", "x": {"y": [{"z": 1, "z": 1}]}}', "z"),
        ('{"address_line1": "a", "c\\u0069ty": "b", "city": "b"}', "city"),
    ],
)
def test_a_member_that_stands_twice(
    customers: TestClient, snapshot: State, content: str, member: str
) -> None:
    before = snapshot()
    assert refused(customers, content) == (400, "malformed", {member: "stands twice"})
    assert snapshot() == before


@pytest.mark.parametrize(
    "number", ["9223372036854775808", "1" + "0" * 300, "1.0", "1e2", '"1"', "true"]
)
def test_whole_numbers_that_are_none_or_too_large(
    products: TestClient, goods: dict[str, int], snapshot: State, number: str
) -> None:
    before = snapshot()
    for field in ("category_id", "price_cents", "quantity"):
        told = {"sku": "NEW", "name": "New", "category_id": 1, "price_cents": 310}
        body = json.dumps(told | {field: "HERE"}).replace('"HERE"', number)
        answer = products.post("/products", content=body, headers=JSON)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert snapshot() == before


@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({}, "Content-Type"),
        ({"Content-Type": "text/plain"}, "Content-Type"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "Content-Type"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, "Content-Type"),
        ({"Content-Type": "application/jsonp"}, "Content-Type"),
        ({"Content-Type": "json"}, "Content-Type"),
        ({"Content-Type": "application/json; charset=latin-1"}, "Content-Type"),
        (JSON | {"Content-Encoding": "gzip"}, "Content-Encoding"),
    ],
)
def test_what_does_not_say_that_it_is_json(
    customers: TestClient, snapshot: State, headers: dict[str, str], field: str
) -> None:
    before = snapshot()
    status, code, errors = refused(customers, SOUND, headers)
    assert (status, code, list(errors)) == (415, "unsupported_media_type", [field])
    assert snapshot() == before


@pytest.mark.parametrize(
    "media",
    ["application/json", "Application/JSON; charset=UTF-8", "application/merge-patch+json"],
)
def test_what_says_so_in_other_words(customers: TestClient, media: str) -> None:
    answer = customers.post("/contacts", content=SOUND, headers={"Content-Type": media})
    assert answer.status_code == 201


def test_an_empty_body(customers: TestClient, snapshot: State) -> None:
    before = snapshot()
    for headers in (JSON, {}):
        assert refused(customers, b"", headers) == (422, "invalid", {"body": "is required"})
    assert snapshot() == before


def test_bodies_up_to_the_limit_are_read(
    customers: TestClient, snapshot: State, settings: Settings
) -> None:
    limit = settings.max_body_bytes
    before = snapshot()
    told = {"body": f"must have at most {limit} bytes"}
    for size in (limit + 1, 10_000_000):
        body = SOUND + " " * (size - len(SOUND))
        assert refused(customers, body) == (413, "content_too_large", told)
        parts = (body[start : start + 65_536].encode() for start in range(0, size, 65_536))
        assert refused(customers, parts) == (413, "content_too_large", told)
    assert snapshot() == before
    whole = SOUND + " " * (limit - len(SOUND))
    assert customers.post("/contacts", content=whole, headers=JSON).status_code == 201


def test_the_largest_order_is_far_below_the_limit(settings: Settings) -> None:
    """2,000 lines as they come back, with SKU and name as long as they may be, of wide letters."""
    line = {
        "id": 2**63 - 1,
        "product_id": 2**63 - 1,
        "sku": "茶" * 64,
        "product_name": "茶" * 200,
        "quantity": 10**9,
        "unit_price_cents": 10**15,
        "line_total_cents": 10**15,
    }
    order = json.dumps({"lines": [line] * 2000}, ensure_ascii=False).encode()
    assert len(order) < settings.max_body_bytes * 3 / 4


def test_many_unknown_members_are_told_of_in_short(customers: TestClient, snapshot: State) -> None:
    before = snapshot()
    body = json.dumps({f"member{number}": 1 for number in range(49_999)})
    status, code, errors = refused(customers, body)
    assert (status, code) == (422, "invalid")
    assert len(errors) == 100
    assert snapshot() == before


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({f"member{number}": 1 for number in range(50_000)}),
        json.dumps({"lines": [{}] * 50_000}),
        json.dumps({"lines": [{f"m{member}": 1 for member in range(100)}] * 500}),
    ],
    ids=["members", "objects", "members of objects"],
)
def test_a_body_of_more_values_than_any_order_has_is_not_looked_at(
    customers: TestClient, snapshot: State, body: str
) -> None:
    before = snapshot()
    assert refused(customers, body) == (400, "malformed", {"body": "holds too much"})
    assert snapshot() == before
