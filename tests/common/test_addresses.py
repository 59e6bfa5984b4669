"""Targets, header fields and methods that are not as they should be."""

from typing import Any

import pytest
from fastapi.testclient import TestClient


def told(answer: Any) -> tuple[Any, ...]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"], answer.json()["errors"]


@pytest.mark.parametrize("text", ["%zz", "%", "%4", "%ff", "%c3%28", "%ed%a0%80", "%00", "a%00b"])
def test_percent_encoding_that_stands_for_nothing(products: TestClient, text: str) -> None:
    unsound = "is not sound percent-encoding of UTF-8"
    for place, target in (("path", f"/products/{text}"), ("query", f"/products?q={text}")):
        answer = products.request("GET", products.base_url.copy_with(raw_path=target.encode()))
        assert told(answer) == (400, "malformed", {place: unsound})


def test_percent_encoding_of_any_character_is_read(products: TestClient) -> None:
    for text in ("%25", "%C3%A9", "%F0%9F%8D%B5", "+", "%2B", "a%20b"):
        assert products.get(f"/products?q={text}").json() == []


def test_addresses_have_less_than_8000_bytes(products: TestClient) -> None:
    assert told(products.get("/" + "x" * 7_998)) == (404, "not_found", {})
    start = "/products?q="
    for size in (8_000, 8_192, 65_000):
        for target in (start + "x" * (size - len(start)), "/" + "x" * (size - 1)):
            assert told(products.get(target)) == (414, "uri_too_long", {})


def test_headers_have_at_most_32000_bytes(products: TestClient) -> None:
    assert products.get("/products", headers={"X-Mine": "x" * 30_000}).status_code == 200
    answer = products.get("/products", headers={"X-Mine": "x" * 32_000})
    assert told(answer) == (431, "header_fields_too_large", {})


def test_an_address_is_spelled_in_one_way(products: TestClient) -> None:
    for path in ("/products/", "/categories/", "//products", "/Products"):
        assert told(products.get(path)) == (404, "not_found", {})


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/products", "GET, HEAD, POST"),
        ("/products/1", "DELETE, GET, HEAD, PATCH, PUT"),
        ("/inventory-adjustments", "POST"),
        ("/healthz", "GET, HEAD"),
    ],
)
@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PROPFIND", "BREW"])
def test_other_methods_are_told_which_there_are(
    products: TestClient, path: str, allowed: str, method: str
) -> None:
    answer = products.request(method, path)
    assert told(answer) == (405, "method_not_allowed", {})
    assert answer.headers["allow"] == allowed


def test_head_is_get_without_its_body(products: TestClient, goods: dict[str, int]) -> None:
    for path in ("/products", "/products/1", "/products/99", "/healthz", "/products?colour=red"):
        got, head = products.get(path), products.head(path)
        assert head.status_code == got.status_code
        assert head.content == b""
        names = ["content-type", "content-length", "content-range", "x-total-count"]
        assert [head.headers.get(name) for name in names] == [
            got.headers.get(name) for name in names
        ]


def test_a_refused_preflight_is_a_problem(products: TestClient) -> None:
    asked = {"Access-Control-Request-Method": "GET", "Origin": "https://evil.example"}
    answer = products.options("/products", headers=asked)
    assert told(answer) == (400, "malformed", {"Origin": "may not make this call"})
    assert "access-control-allow-origin" not in answer.headers


def test_what_an_answer_is_accepted_as_is_no_matter(products: TestClient) -> None:
    answer = products.get("/products", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.json()) == (200, [])


@pytest.mark.parametrize("number", ["%201", "1%20", "%0b1", "%E2%80%831", "1_0", "1.0", "+1", "01"])
def test_a_number_is_spelled_in_one_way(
    products: TestClient, goods: dict[str, int], number: str
) -> None:
    for path in (f"/products/{number}", f"/products/{number}/inventory-transactions?limit=1"):
        errors = {"product_id": "must be a whole number"}
        assert told(products.get(path)) == (422, "invalid", errors)
