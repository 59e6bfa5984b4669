"""The whole API in one OpenAPI document."""

from typing import Any

import httpx
import httpx2
import pytest

from common.settings import Settings
from gateway.documentation.merging import merged, operations
from gateway.documentation.references import Document, referred
from gateway.services import PUBLIC, is_public
from tests.gateway.fakes import Service, answer, served

Json = dict[str, Any]


def resolved(document: Document, reference: str) -> Any:
    node: Any = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def expanded(document: Document, node: Any, inside: tuple[str, ...] = ()) -> Any:
    """The node with what it refers to in the place of its references."""
    if isinstance(node, dict):
        reference = node.get("$ref")
        if reference is not None and reference not in inside:
            return expanded(document, resolved(document, reference), (*inside, reference))
        return {name: expanded(document, value, inside) for name, value in node.items()}
    if isinstance(node, list):
        return [expanded(document, value, inside) for value in node]
    return node


@pytest.fixture
def documents(shop: dict[str, str], http: httpx2.Client) -> dict[str, Document]:
    """The document of the gateway and those of the services, by name."""
    names = ("gateway", *PUBLIC)
    return {name: http.get(f"{shop[name]}/openapi.json").json() for name in names}


def test_every_public_operation_of_every_service_is_there_and_means_the_same(
    documents: dict[str, Document],
) -> None:
    whole = documents.pop("gateway")
    added = {"408", "502", "504"}
    count = 0
    for name, document in documents.items():
        for path, item in document["paths"].items():
            if not is_public(name, path):
                assert path not in whole["paths"] or path == "/check"
                continue
            assert whole["paths"][path].keys() == item.keys()
            for method, operation in item.items():
                here = whole["paths"][path][method]
                told = expanded(document, operation)
                mine = expanded(whole, here)
                assert mine["responses"].keys() == told["responses"].keys() | added
                for each in added - told["responses"].keys():
                    del mine["responses"][each]
                assert mine == told
                count += 1
    own = {"/check", "/report/customer-orders"}
    assert {
        path for path in whole["paths"] if not any(is_public(name, path) for name in PUBLIC)
    } == own
    assert count == len(list(operations(whole))) - len(own)
    assert count > 40


def test_the_document_is_sound(documents: dict[str, Document]) -> None:
    whole = documents["gateway"]
    for reference in referred(whole):
        assert resolved(whole, reference)
    ids = [operation["operationId"] for operation in operations(whole)]
    assert len(set(ids)) == len(ids)
    assert whole["servers"] == [{"url": "/", "description": "The gateway"}]
    assert whole["info"]["title"] == "Daybook"
    assert "Missing" not in whole["info"]["description"]
    tags = {tag["name"]: tag["description"] for tag in whole["tags"]}
    assert {tag for each in operations(whole) for tag in each["tags"]} == tags.keys()
    assert tags["orders"] == "Served by sales-service."
    needed = set(referred(whole))
    there = {
        f"#/components/{section}/{name}"
        for section, components in whole["components"].items()
        for name in components
    }
    assert there == needed


def test_the_page_shows_the_document_and_needs_no_other_host(
    shop: dict[str, str], http: httpx2.Client
) -> None:
    page = http.get(f"{shop['gateway']}/docs")
    assert page.status_code == 200
    assert "'/openapi.json'" in page.text
    assert "https://" not in page.text


def document_of(path: str, **schemas: Json) -> Document:
    """A document of one path, whose operation answers with the first of the schemas."""
    schema = {"$ref": f"#/components/schemas/{next(iter(schemas))}"}
    content = {"application/json": {"schema": schema}}
    operation = {"operationId": "read", "tags": ["all"], "responses": {"200": {"content": content}}}
    return {"paths": {path: {"get": operation}}, "components": {"schemas": schemas}}


def test_what_is_said_alike_is_there_once_and_what_differs_twice() -> None:
    outer = {"items": {"$ref": "#/components/schemas/Inner"}}
    first = document_of("/a", Outer=outer, Inner={"type": "string"}, Unused={})
    second = document_of("/b", Outer=outer, Inner={"type": "integer"}, Shared={"type": "null"})
    third = document_of("/c", Shared={"type": "null"})
    whole = merged({"first": first, "second": second, "third": third})
    assert whole["components"]["schemas"] == {
        "FirstInner": {"type": "string"},
        "FirstOuter": {"items": {"$ref": "#/components/schemas/FirstInner"}},
        "SecondInner": {"type": "integer"},
        "SecondOuter": {"items": {"$ref": "#/components/schemas/SecondInner"}},
        "Shared": {"type": "null"},
    }
    ids = [operation["operationId"] for operation in operations(whole)]
    assert ids == ["first_read", "second_read", "third_read"]


@pytest.mark.anyio
async def test_what_does_not_answer_is_missing_and_told(
    service: Service, patient: Settings
) -> None:
    document = document_of("/orders", Order={"type": "object"})
    service.answers = {"/openapi.json": [answer(document)]}
    nowhere = "http://127.0.0.1:1"
    missing = {"products_url": nowhere, "customers_url": nowhere}
    async with served(patient.model_copy(update=missing)) as gateway:
        first = (await gateway.get("/openapi.json")).json()
        again = (await gateway.get("/openapi.json")).json()
    assert "products-service, customers-service." in first["info"]["description"]
    assert "/orders" in first["paths"]
    assert again == first
    assert service.asked("/openapi.json") == 2  # it is not kept as long as somebody is missing


@pytest.mark.anyio
async def test_the_document_is_kept_for_a_while(
    service: Service, gateway: httpx.AsyncClient
) -> None:
    document = document_of("/orders", Order={"type": "object"})
    service.answers = {"/openapi.json": [answer(document)]}
    first, again = [(await gateway.get("/openapi.json")).json() for _ in range(2)]
    assert again == first
    assert service.asked("/openapi.json") == len(PUBLIC)
