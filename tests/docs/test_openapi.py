"""The documents name every operation, and their examples are sent and answered as they say.

Examples of a service follow one another in a shop with some records. After a change that
alters answers, `DAYBOOK_RECORD=1 make test` writes those that the services give.
"""

import json
import os
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx2
import pytest
from openapi_spec_validator import validate

# The package of the examples of each document, by the service and the path where that is.
PACKAGES = {
    ("products", ""): "products_service",
    ("sales", ""): "sales_service",
    ("customers", ""): "customers_service",
    ("gateway", ""): "gateway",
    ("customers", "/api/v1"): "customers_service.legacy",
    ("sales", "/order-mgmt"): "sales_service.legacy",
}
METHODS = {"get", "put", "post", "delete", "patch"}
# The moment of all that happens in examples, in each spelling; any other time is told exactly.
MOMENTS = {
    "2026-01-15T10:30:00Z": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
    "2026-01-15 10:30:00.000000+00:00": re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00"),
    "Jan 15 2026 10:30:00": re.compile(r"[A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d"),
}
Json = dict[str, Any]


def operations(document: Json) -> dict[str, tuple[str, str, Json]]:
    """Method, path and description by id."""
    return {
        operation["operationId"]: (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


def timeless(told: Any, found: Any) -> Any:
    """What was found, with its moments as they are told."""
    if isinstance(told, str) and isinstance(found, str) and told in MOMENTS:
        return told if MOMENTS[told].fullmatch(found) else found
    if isinstance(told, dict) and isinstance(found, dict):
        return {name: timeless(told.get(name), value) for name, value in found.items()}
    if isinstance(told, list) and isinstance(found, list) and len(told) == len(found):
        return [timeless(*pair) for pair in zip(told, found, strict=True)]
    return found


def send(http: httpx2.Client, address: str, method: str, path: str, example: Json) -> Any:
    body = {"json": example["body"]} if "body" in example else {}
    target = path.format(**example.get("path", {}))
    return http.request(method, f"{address}{target}", params=example.get("query"), **body)


def record(package: str, told: dict[str, Json]) -> None:
    page = Path(str(files(package) / "examples.json"))
    page.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf-8")


def test_every_operation_has_an_id_a_summary_an_example_and_its_problems(
    shop: dict[str, str], http: httpx2.Client
) -> None:
    known = operations(http.get(f"{shop['gateway']}/openapi.json").json())
    assert len(known) == 54
    for id_, (method, path, operation) in known.items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", id_)
        assert operation["summary"] == id_.replace("_", " ").capitalize()
        (told,) = [status for status in operation["responses"] if status < "300"]
        answer = operation["responses"].pop(told)["content"]
        assert "example" in answer["application/json"], id_
        body = operation.get("requestBody", {"content": {"application/json": {"example": {}}}})
        assert "example" in body["content"]["application/json"], id_
        assert {"400", "414", "431", "500", "503"} <= operation["responses"].keys()
        assert ("404" in operation["responses"]) >= ("{" in path)
        assert ("409" in operation["responses"]) == (method != "get")
        assert ("304" in operation["responses"]) == (method == "get" and "report" not in path)
        operation["responses"].pop("304", None)
        for problem in operation["responses"].values():
            (media,) = problem["content"].items()
            assert media[0] == "application/problem+json"
            assert media[1]["schema"]["allOf"][1]["properties"]["code"]["enum"]


@pytest.mark.parametrize("place", PACKAGES, ids="".join)
def test_the_document_is_sound(
    place: tuple[str, str], shop: dict[str, str], http: httpx2.Client
) -> None:
    validate(http.get(f"{shop[place[0]]}{place[1]}/openapi.json").json())


@pytest.mark.parametrize("place", PACKAGES, ids="".join)
def test_every_example_is_answered_as_it_says(
    place: tuple[str, str], furnished: dict[str, str], http: httpx2.Client
) -> None:
    package, address = PACKAGES[place], f"{furnished[place[0]]}{place[1]}"
    examples: dict[str, Json] = json.loads((files(package) / "examples.json").read_text())
    known = operations(http.get(f"{address}/openapi.json").json())
    # what a service tells the gateway alone, such as the batches of reports, needs no example
    assert examples.keys() == known.keys() if place[1] else examples.keys() <= known.keys()
    for id_, example in examples.items():
        method, path, _ = known[id_]
        answer = send(http, address, method, path, example)
        found = {"status": answer.status_code, "answer": answer.json()}
        if os.environ.get("DAYBOOK_RECORD"):
            example |= {"status": found["status"], "answer": _recorded(found["answer"])}
        told = {"status": example["status"], "answer": example["answer"]}
        assert (id_, timeless(told, found)) == (id_, told)
    if os.environ.get("DAYBOOK_RECORD"):
        record(package, examples)


def _recorded(found: Any) -> Any:
    """An answer with the moment for every time of this year; the records are older."""
    if isinstance(found, str) and "2025" not in found:
        spellings = [moment for moment, time in MOMENTS.items() if time.fullmatch(found)]
        return (spellings or [found])[0]
    if isinstance(found, dict):
        return {name: _recorded(value) for name, value in found.items()}
    return [_recorded(value) for value in found] if isinstance(found, list) else found
