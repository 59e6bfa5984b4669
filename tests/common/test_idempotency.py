"""A request that is repeated with its key is done once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, text, update

from common.db.models.idempotency import IdempotencyKey
from common.db.session import Database
from common.times import now

Json = dict[str, Any]
Snapshot = Callable[[], Any]
ORDER: Json = {"lines": [{"product_id": 1, "quantity": 2}]}
KEY = {"Idempotency-Key": "8e03978e-40d5-43e8-bc93-6894a57f9324"}


def told(answer: httpx2.Response) -> tuple[Any, ...]:
    kept = [answer.headers.get(name) for name in ("content-type", "location", "etag")]
    return answer.status_code, answer.content, *kept


def test_an_order_that_is_sent_twice_is_placed_once(
    sales: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    first = sales.post("/orders", json=ORDER, headers=KEY)
    assert (first.status_code, first.headers["location"]) == (201, "/orders/1")
    assert "idempotent-replayed" not in first.headers
    before = snapshot()
    # the same in other words: members have no order, and blanks mean nothing
    raw = b'{"lines": [ {"quantity": 2, "product_id": 1} ] }'
    json = {"Content-Type": "application/json"}
    for again in (
        sales.post("/orders", json=ORDER, headers=KEY),
        sales.post("/orders", content=raw, headers=KEY | json),
    ):
        assert told(again) == told(first)
        assert again.headers["idempotent-replayed"] == "true"
    assert snapshot() == before
    other = sales.post("/orders", json=ORDER, headers={"Idempotency-Key": "other"})
    assert other.json()["id"] == 2


def test_a_refusal_is_kept_and_a_wrong_body_is_not(
    sales: TestClient, products: TestClient, goods: dict[str, int]
) -> None:
    much: Json = {"lines": [{"product_id": 1, "quantity": 6}]}
    refused = sales.post("/orders", json=much, headers=KEY)
    assert (refused.status_code, refused.json()["code"]) == (409, "insufficient_stock")
    products.post("/inventory-adjustments", json={"product_id": 1, "change": 9, "reason": "found"})
    again = sales.post("/orders", json=much, headers=KEY)
    assert told(again) == told(refused)
    assert again.headers["idempotent-replayed"] == "true"
    wrong = {"Idempotency-Key": "second"}
    assert sales.post("/orders", json={"lines": []}, headers=wrong).status_code == 422
    assert sales.post("/orders", json=much, headers=wrong).status_code == 201


def test_the_key_of_another_request_is_refused(
    sales: TestClient, goods: dict[str, int], snapshot: Snapshot
) -> None:
    sales.post("/orders", json=ORDER, headers=KEY)
    before = snapshot()
    other = sales.post("/orders", json=ORDER | {"label": "gift"}, headers=KEY)
    problem = other.json()
    assert (other.status_code, problem["code"]) == (422, "idempotency_key_reused")
    assert problem["errors"] == {
        "Idempotency-Key": "was sent with another body, query or precondition"
    }
    assert sales.post("/orders?a=1", json=ORDER, headers=KEY).status_code == 422
    assert snapshot() == before


def test_a_key_is_of_one_precondition(products: TestClient, goods: dict[str, int]) -> None:
    def rename(tag: str) -> httpx2.Response:
        return products.patch("/products/1", json={"name": "T"}, headers=KEY | {"If-Match": tag})

    stale = rename('"7-x"')
    assert (stale.status_code, rename('"7-x"').headers["idempotent-replayed"]) == (412, "true")
    assert rename('"1-x"').json()["code"] == "idempotency_key_reused"
    assert products.get("/products/1").json()["version"] == 1


def test_nobody_can_try_passwords_on_what_is_kept(
    customers: TestClient, database: Database
) -> None:
    """Equal requests under two keys leave nothing in common."""
    for number in "12":
        body = {"name": "Ann", "password": "correct horse"}
        made = customers.post("/customers", json=body, headers={"Idempotency-Key": number})
        assert made.status_code == 201
    with database.reading() as session:
        kept = session.scalars(select(IdempotencyKey.fingerprint)).all()
    assert len(set(kept)) == 2


def test_a_key_counts_at_one_path_and_for_one_method(
    products: TestClient, sales: TestClient, goods: dict[str, int]
) -> None:
    assert sales.post("/orders", json=ORDER, headers=KEY).status_code == 201
    body = {"label": "gift"}
    assert sales.patch("/orders/1", json=body, headers=KEY).json()["version"] == 2
    assert sales.put("/orders/1", json={"label": "toy"}, headers=KEY).json()["version"] == 3
    assert sales.patch("/orders/1", json=body, headers=KEY).json()["version"] == 2
    assert sales.get("/orders/1", headers=KEY).json()["label"] == "toy"
    for id_ in (1, 2):
        renamed = products.patch(f"/products/{id_}", json={"name": "It"}, headers=KEY)
        assert (renamed.json()["id"], renamed.json()["name"]) == (id_, "It")


def test_what_was_deleted_is_told_again(
    customers: TestClient, products: TestClient, goods: dict[str, int]
) -> None:
    customers.post("/customers", json={"name": "Ann"})
    first = customers.delete("/customers/1", headers=KEY)
    assert first.status_code == 200
    assert told(customers.delete("/customers/1", headers=KEY)) == told(first)
    assert customers.delete("/customers/1").status_code == 404
    gone = customers.delete("/customers/1", headers={"Idempotency-Key": "b"})
    assert gone.status_code == 404
    repeated = customers.delete("/customers/1", headers={"Idempotency-Key": "b"})
    assert told(repeated) == told(gone)  # with its request_id, byte for byte


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256, 'a"\t"'])
def test_a_key_that_is_none_is_refused(
    sales: TestClient, goods: dict[str, int], snapshot: Snapshot, key: str
) -> None:
    before = snapshot()
    headers = {"Idempotency-Key": key.encode()}
    refused = sales.post("/orders", json=ORDER, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (400, "malformed")
    assert refused.json()["errors"].keys() == {"Idempotency-Key"}
    twice = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    assert sales.post("/orders", json=ORDER, headers=twice).status_code == 400
    assert snapshot() == before


def test_every_character_that_can_be_seen_may_be_in_a_key(
    sales: TestClient, goods: dict[str, int]
) -> None:
    seen = "".join(map(chr, range(0x21, 0x7F)))
    for key in (seen, seen * 2 + "x" * (255 - 2 * len(seen)), '"quoted"', "quoted"):
        before = sales.get("/orders").json()
        headers = {"Idempotency-Key": key}
        made = [sales.post("/orders", json={"lines": [LINE]}, headers=headers) for _ in range(2)]
        assert made[0].json() == made[1].json()
        assert len(sales.get("/orders").json()) == len(before) + 1


LINE = {"product_id": 3, "quantity": 1}


def test_after_a_day_the_key_is_new(
    sales: TestClient, goods: dict[str, int], database: Database
) -> None:
    sales.post("/orders", json=ORDER, headers=KEY)
    for hours, count in ((23.9, 1), (24.1, 2)):
        with database.transaction() as session:
            past = now() - timedelta(hours=hours)
            session.execute(update(IdempotencyKey).values(created_at=past))
        sales.post("/orders", json=ORDER, headers=KEY)
        assert len(sales.get("/orders").json()) == count
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1


def test_a_failure_that_may_pass_is_not_kept(
    sales: TestClient, goods: dict[str, int], database: Database, snapshot: Snapshot
) -> None:
    """An order of a product whose level is not there fails, as nobody foresaw."""
    with database.transaction() as session:
        (level,) = session.execute(text("SELECT quantity FROM stock_levels WHERE product_id = 1"))
        session.execute(text("DELETE FROM stock_levels WHERE product_id = 1"))
    before = snapshot()
    failed = sales.post("/orders", json=ORDER, headers=KEY)
    assert (failed.status_code, failed.json()["code"]) == (500, "internal_error")
    assert snapshot() == before
    with database.transaction() as session:
        session.execute(text(f"INSERT INTO stock_levels VALUES (1, {level[0]})"))
    placed = sales.post("/orders", json=ORDER, headers=KEY)
    assert placed.status_code == 201
    assert "idempotent-replayed" not in placed.headers


def test_twins_are_one(shop: dict[str, str], goods: dict[str, int], snapshot: Snapshot) -> None:
    """Half of them by the gateway, half of them by the service."""

    def place(number: int) -> httpx2.Response:
        address = shop["sales" if number % 2 else "gateway"]
        return httpx2.post(f"{address}/orders", json=ORDER, headers=KEY, timeout=60)

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(place, range(12)))
    assert len(set(map(told, answers))) == 1
    assert [answer.status_code for answer in answers] == [201] * 12
    replayed = [answer.headers.get("idempotent-replayed") for answer in answers]
    assert sorted(replayed, key=str) == [None] + ["true"] * 11
    assert len(snapshot()["orders"]) == 1


def test_an_api_of_old_knows_keys_too(
    shop: dict[str, str], http: httpx2.Client, snapshot: Snapshot
) -> None:
    old = f"{shop['customers']}/api/v1"
    body = {"name": "Ann", "address": "Rue 1"}
    made = [http.post(f"{old}/customer", json=body, headers=KEY) for _ in range(2)]
    assert told(made[0]) == told(made[1])
    assert len(snapshot()["customers"]) == 1
    note = {"purchase_name": "lamp", "quantity": 1}
    refused = [http.post(f"{old}/purchase/7", json=note, headers=KEY) for _ in range(2)]
    assert told(refused[0]) == told(refused[1])
    assert (refused[1].status_code, refused[1].json()["status"]) == (404, "error")
    other = http.post(f"{old}/purchase/7", json=note | {"quantity": 2}, headers=KEY)
    assert "etag" not in made[0].headers
    assert (other.status_code, other.json().keys()) == (422, {"status", "message"})
