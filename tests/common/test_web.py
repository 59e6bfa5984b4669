"""What every app does around its routes."""

import threading
import time
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from common.db import turns
from common.db.session import Database
from common.db.turns import Turn


def test_a_foreign_host_name_is_refused(products: TestClient) -> None:
    for host in ("evil.example", "evil.example:8000", "localhost.evil.example", ""):
        response = products.get("/products", headers={"Host": host})
        assert (response.status_code, list(response.json()["errors"])) == (400, ["Host"])
        assert response.headers["x-request-id"]
    for host in ("localhost", "LOCALHOST:3000", "127.0.0.1:1"):
        assert products.get("/products", headers={"Host": host}).status_code == 200


def test_whether_it_is_well_is_told_under_any_name(products: TestClient) -> None:
    for path in ("/healthz", "/readyz"):
        assert products.get(path, headers={"Host": "10.0.3.7:8000"}).status_code == 200
    assert products.get("/metrics", headers={"Host": "10.0.3.7:8000"}).status_code == 400


def test_the_request_id_goes_in_and_out(products: TestClient) -> None:
    told = products.get("/products/1", headers={"X-Request-ID": "mine-1"})
    assert (told.headers["x-request-id"], told.json()["request_id"]) == ("mine-1", "mine-1")
    unsound = products.get("/products/1", headers={"X-Request-ID": "x" * 200})
    assert len(unsound.headers["x-request-id"]) == 32


@pytest.mark.parametrize("origin", ["http://localhost:3000", "https://127.0.0.1"])
def test_pages_of_this_machine_may_call(origin: str, products: TestClient) -> None:
    preflight = products.options(
        "/products",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "DELETE",
            "Access-Control-Request-Headers": "Range, X-Mine",
        },
    )
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == origin
    assert "Range" in preflight.headers["access-control-allow-headers"]
    assert "DELETE" in preflight.headers["access-control-allow-methods"]
    listed = products.get("/products", headers={"Origin": origin})
    exposed = listed.headers["access-control-expose-headers"].split(", ")
    assert {"Content-Range", "X-Total-Count", "Link", "Location", "X-As-Of"} <= set(exposed)
    foreign = products.get("/products", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in foreign.headers


def test_every_route_asks_for_a_right_and_has_a_short_name(
    products: TestClient, sales: TestClient, customers: TestClient
) -> None:
    names: list[str] = []
    for client in (products, sales, customers):
        app: Any = client.app
        for route in app.state.routes:
            rights = [
                dependency.dependency.right
                for dependency in route.dependencies
                if hasattr(dependency.dependency, "right")
            ]
            verb = "read" if route.methods <= {"GET", "HEAD"} else "write"
            assert [right.split(":")[1] for right in rights] == [verb], route.path
            names.append(route.name)
    assert len(set(names)) == len(names)


def test_readers_are_served_while_writers_wait(
    shop: dict[str, str], http: httpx2.Client, database: Database, goods: dict[str, int]
) -> None:
    """Eight threads serve the shop; twelve writers wait for the turn that an import has."""
    answers: list[int] = []

    def write() -> None:
        taken = {"product_id": goods["TEA"], "change": -2, "reason": "broken"}
        answers.append(
            httpx2.post(f"{shop['products']}/inventory-adjustments", json=taken).status_code
        )

    writers = [threading.Thread(target=write) for _ in range(12)]
    with database.transaction() as session:
        turns.take(session, Turn.ledgers)
        for writer in writers:
            writer.start()
        time.sleep(0.3)
        began = time.monotonic()
        for name in ("products", "sales", "customers"):
            assert http.get(f"{shop[name]}/readyz").status_code == 200
        assert http.get(f"{shop['products']}/products").status_code == 200
        assert time.monotonic() - began < 30
        assert answers == []
    for writer in writers:
        writer.join()
    assert sorted(answers) == [201] * 2 + [409] * 10
