"""The Postman collection is what its generator makes, and leaves no operation out.

`.ci/postman` sends it to a shop and has its assertions tried.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2
import pytest
from furnished_fixtures import RECORDS

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "postman" / "daybook.postman_collection.json"
DOCUMENTS = ("", "/api/v1", "/order-mgmt")
METHODS = {"get", "put", "post", "delete", "patch"}
Json = dict[str, Any]


@pytest.fixture(scope="module")
def collection() -> Json:
    told: Json = json.loads(FILE.read_text("utf-8"))
    return told


def items(collection: Json) -> list[Json]:
    return [item for folder in collection["item"] for item in folder["item"]]


def path_of(item: Json) -> str:
    path = "/" + "/".join(item["request"]["url"]["path"])
    return re.sub(r":(\w+)", r"{\1}", path)


def test_it_is_what_make_postman_writes(shop: dict[str, str], tmp_path: Path) -> None:
    made = tmp_path / FILE.name
    generate = [sys.executable, ROOT / "tools" / "postman" / "generate.py"]
    subprocess.run([*generate, "--url", shop["gateway"], "--out", made], check=True, timeout=120)
    assert made.read_text("utf-8") == FILE.read_text("utf-8"), "`make postman` writes it anew"


def test_every_operation_is_in_it(
    shop: dict[str, str], http: httpx2.Client, collection: Json
) -> None:
    served = {
        (method.upper(), prefix + path)
        for prefix in DOCUMENTS
        for path, methods in http.get(f"{shop['gateway']}{prefix}/openapi.json")
        .json()["paths"]
        .items()
        for method in methods.keys() & METHODS
    }
    told = Counter((item["request"]["method"], path_of(item)) for item in items(collection))
    assert told.keys() == served
    assert len(served) == 67
    assert told.total() == 101  # with the set-up, what is refused, and further formats


def test_every_request_has_assertions_and_a_saved_answer(collection: Json) -> None:
    for item in items(collection):
        ((event,), (saved,)) = item["event"], item["response"]
        script = "\n".join(event["script"]["exec"])
        assert f"answer.is({saved['code']}, " in script, item["name"]
        assert ("answer.same(" in script) != ("answer.sameText(" in script), item["name"]
        assert saved["body"], item["name"]


def test_what_is_refused_is_told_in_each_envelope(collection: Json) -> None:
    refused = Counter(
        (path_of(item).split("/")[1] in {"api", "order-mgmt"}, item["response"][0]["code"])
        for item in items(collection)
        if item["response"][0]["code"] >= 400
    )
    native = {(False, 400): 3, (False, 404): 3, (False, 409): 2, (False, 422): 1}
    assert refused == native | {(True, 400): 2, (True, 404): 3, (True, 409): 1, (True, 422): 3}


def test_it_begins_with_the_records_of_the_examples(collection: Json) -> None:
    (folder,) = (folder for folder in collection["item"] if folder["name"] == "Set up")
    ids = {each["key"]: each["value"] for each in collection["variable"]}

    def with_ids(text: str) -> str:
        return re.sub(r"{{(\w+)}}", lambda name: ids[name[1]], text)

    sent = [
        (path_of(item).format(customer_id=1), json.loads(with_ids(item["request"]["body"]["raw"])))
        for item in folder["item"]
        if item["request"]["method"] == "POST"
    ]
    assert sent == [(path, body) for _, path, body in RECORDS]


def test_every_variable_is_declared_and_learned(collection: Json) -> None:
    text = FILE.read_text("utf-8")
    declared = [each["key"] for each in collection["variable"]]
    used = set(re.findall(r"{{(\w+)}}", text)) | set(re.findall(r'\bid\(\\"(\w+)\\"\)', text))
    learned = re.findall(r'answer\.learns\(\\"(\w+)\\"', text)
    assert ["base_url", *learned] == declared
    assert used == set(declared)
