"""What Prometheus reads at `/metrics` of each app."""

import re
import threading
import time
from pathlib import Path

import httpx
import httpx2
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

import gateway.main
import products_service.main
from common.db import turns
from common.db.session import Database
from common.db.turns import Turn
from common.settings import Settings

SERVED = "http_server_request_duration_seconds_count"
CALLED = "http_client_request_duration_seconds_count"
IN_USE = "daybook_database_connections_in_use"
Labels = tuple[tuple[str, str], ...]


def read(client: TestClient, name: str) -> dict[Labels, float]:
    """The values of this name, by their labels in order of their names."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return values(answer.text, name)


def values(told: str, name: str) -> dict[Labels, float]:
    return {
        tuple(sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
        if sample.name == name
    }


def served(method: str, status: int, route: str, error: str = "") -> Labels:
    return (
        ("error_type", error),
        ("http_request_method", method),
        ("http_response_status_code", str(status)),
        ("http_route", route),
    )


def test_requests_are_counted_by_method_route_and_status(products: TestClient) -> None:
    for number in (1, 2):
        products.get(f"/products/{number}")
    products.post("/categories", json={"name": "toys"})
    products.put("/categories", json={})
    for path in ("/nowhere/1", "/nowhere/2", "/healthz", "/readyz"):
        products.get(path)
    assert read(products, SERVED) == {
        served("GET", 404, "/products/{product_id}"): 2,
        served("POST", 201, "/categories"): 1,
        served("PUT", 405, "/categories"): 1,
        served("GET", 404, ""): 2,
    }
    assert read(products, "target_info") == {
        (("service_name", "products-service"), ("service_version", "0.1.0")): 1
    }


def test_each_app_counts_its_own(products: TestClient, customers: TestClient) -> None:
    products.get("/products")
    assert read(products, SERVED) == {served("GET", 200, "/products"): 1}
    assert read(customers, SERVED) == {}


def test_an_app_may_live_twice(database: Database, settings: Settings) -> None:
    app = products_service.main.create_app(settings)
    for life in (1, 2):
        with TestClient(app, base_url="http://localhost") as client:
            assert client.get("/products").status_code == 200
            assert read(client, SERVED) == {served("GET", 200, "/products"): life}
            assert read(client, "daybook_database_connections_limit") == {(): 8}


def test_who_writes_holds_a_connection_and_others_wait(
    shop: dict[str, str], http: httpx2.Client, database: Database, goods: dict[str, int]
) -> None:
    """Eight threads, so that two may write at once; four want to."""
    url = shop["products"]
    answers: list[int] = []

    def write() -> None:
        found = {"product_id": goods["TEA"], "change": 1, "reason": "found"}
        answers.append(http.post(f"{url}/inventory-adjustments", json=found).status_code)

    def now(name: str) -> float:
        return sum(values(http.get(f"{url}/metrics").text, name).values())

    writers = [threading.Thread(target=write) for _ in range(4)]
    with database.transaction() as session:
        turns.take(session, Turn.ledgers)
        for writer in writers:
            writer.start()
        deadline = time.monotonic() + 60
        while (now("daybook_writers_waiting"), now(IN_USE)) != (2, 2):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert now("http_server_active_requests") == 5  # and the reading itself
    for writer in writers:
        writer.join()
    assert answers == [201] * 4
    assert (now("daybook_writers_waiting"), now(IN_USE)) == (0, 0)


def called(service: str, status: str, error: str = "") -> Labels:
    return (
        ("error_type", error),
        ("http_response_status_code", status),
        ("service", service),
    )


def test_calls_are_counted_by_service_and_outcome() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.port == 8001:
            raise httpx.ConnectError("no")
        return httpx.Response(500 if request.url.port == 8002 else 200, json={"status": "alive"})

    app = gateway.main.create_app(Settings(), httpx.MockTransport(answer))
    with TestClient(app, base_url="http://localhost") as client:
        assert client.get("/readyz").status_code == 503
        assert read(client, CALLED) == {
            called("products-service", "200"): 1,
            called("sales-service", "", "ConnectError"): 1,
            called("customers-service", "500"): 1,
        }


def test_operators_are_told_of_every_metric(products: TestClient) -> None:
    page = (Path(__file__).parents[2] / "docs" / "operating.md").read_text()
    with TestClient(gateway.main.create_app(Settings()), base_url="http://localhost") as front:
        told = products.get("/metrics").text + front.get("/metrics").text
    families = {family.name for family in text_string_to_metric_families(told)}
    names = {name for name in families if not name.endswith("_created")}  # since when it counts
    there = {name for name in names if not name.startswith("process_")} - {"target_info"}
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == there


def test_the_documents_do_not_tell_of_metrics(products: TestClient) -> None:
    paths = products.get("/openapi.json").json()["paths"]
    assert not {"/metrics", "/healthz", "/readyz"} & set(paths)
