"""The page of promises tells of every endpoint, and every promise has its proof."""

import ast
import re
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text()
PROMISE = re.compile(r"^\| \*([a-z ]+)\* \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
ENDPOINTS = re.compile(r"^\| (`(?:GET|POST|PUT|PATCH|DELETE) /[^|]+) \|([^\n]+)$", re.MULTILINE)
METHODS = {"get", "post", "put", "patch", "delete"}
OF_OLD = {"/api/v1": "customers", "/order-mgmt": "sales"}


def promises() -> dict[str, list[str]]:
    """The proofs of each promise."""
    return {name: re.findall(r"`([^`]+)`", proofs) for name, proofs in PROMISE.findall(PAGE)}


def test_every_proof_is_a_test() -> None:
    told = promises()
    assert len(told) == 17
    for name, proofs in told.items():
        assert proofs, name
        for proof in proofs:
            file, _, test = proof.partition("::")
            tree = ast.parse((ROOT / file).read_text())
            functions = {getattr(node, "name", "") for node in tree.body}
            assert not test or test in functions, proof


def test_every_endpoint_has_its_promises(shop: dict[str, str], http: httpx2.Client) -> None:
    documents = {"": "gateway"} | OF_OLD
    served = [
        f"{method.upper()} {prefix}{path}"
        for prefix, app in documents.items()
        for path, operations in http.get(f"{shop[app]}{prefix}/openapi.json")
        .json()["paths"]
        .items()
        for method in operations.keys() & METHODS
    ]
    told = [name for names, _ in ENDPOINTS.findall(PAGE) for name in re.findall(r"`(.+?)`", names)]
    assert sorted(told) == sorted(served)


def test_every_promise_is_given_for_an_endpoint() -> None:
    given = [re.findall(r"\*([a-z ]+)\*", cells) for _, cells in ENDPOINTS.findall(PAGE)]
    assert {name for names in given for name in names} == promises().keys()
    for _, cells in ENDPOINTS.findall(PAGE):
        assert all(cell.strip() for cell in cells.strip().strip("|").split("|"))
