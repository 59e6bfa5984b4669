"""Fifty requests with one key, from several processes to several: one effect, one answer."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from proving.crowd import Answer, Wish, sent
from proving.fixtures import reading
from proving.processes import Fleet
from proving.records import KINDS, Editor, Kind
from proving.shopping import Api, order
from sqlalchemy import func, select

from common.db.models.inventory import InventoryTransaction, StockLevel
from common.db.models.orders import Order

pytestmark = pytest.mark.proof

TWINS = 50


@pytest.fixture
def api(proof: Fleet) -> Api:
    return Api(proof)


@pytest.fixture(params=["services", "gateway"])
def way(request: pytest.FixtureRequest, proof: Fleet) -> dict[str, list[str]]:
    """The addresses that clients use: those of the services, or the gateway's for all of them."""
    if request.param == "services":
        return proof.addresses
    return dict.fromkeys(proof.addresses, proof.addresses["gateway"])


@pytest.fixture
def ways(proof: Fleet) -> dict[str, list[str]]:
    """All of them at once: of two twins, one may come by the gateway."""
    known = proof.addresses
    return {app: [*urls, *known["gateway"]] for app, urls in known.items()}


def _twins(way: dict[str, list[str]], wish: Wish) -> list[Answer]:
    """What all of them are told."""
    return sent(way, [[wish]] * TWINS, processes=4)


def _one(answers: list[Answer]) -> Answer:
    """The answer that all of them have, byte for byte; one of them brought it about."""
    assert {(answer.status, answer.body) for answer in answers} == {
        (answers[0].status, answers[0].body)
    }, {(answer.status, answer.body, answer.failure) for answer in answers}
    assert sum(answer.replayed for answer in answers) == TWINS - 1
    for name in ("ETag", "Location"):
        assert len({answer.headers.get(name) for answer in answers}) == 1
    return answers[0]


def _key() -> str:
    return f"twin-{secrets.token_hex(8)}"


def test_one_order_is_placed(
    proof: Fleet, api: Api, way: dict[str, list[str]], figure: Callable[[str], None]
) -> None:
    key, (tea,) = _key(), api.stock(100)
    answer = _one(_twins(way, order({tea: 2}, key=key)))
    assert answer.status == 201
    assert api.get("sales", answer.headers["Location"]) == answer.json()
    with reading(proof) as session:
        labelled = select(func.count()).where(Order.label == key)
        moved = select(func.count()).where(InventoryTransaction.product_id == tea)
        level = select(StockLevel.quantity).where(StockLevel.product_id == tea)
        assert [session.scalar(query) for query in (labelled, moved, level)] == [1, 2, 98]
    figure(f"{TWINS} twins: one order, {TWINS - 1} replays")


def test_a_refusal_is_one_too(api: Api, way: dict[str, list[str]]) -> None:
    key, (tea,) = _key(), api.stock(1)
    wish = order({tea: 2}, key=key)
    answer = _one(_twins(way, wish))
    assert (answer.status, answer.json()["code"]) == (409, "insufficient_stock")
    # goods that come later change nothing of what was said
    told = {"product_id": tea, "change": 9, "reason": "found"}
    api.create("products", "/inventory-adjustments", told)
    (later,) = sent(way, [[wish]])
    assert (later.status, later.body, later.replayed) == (409, answer.body, True)
    assert api.get("products", f"/products/{tea}")["quantity"] == 10


def test_a_key_that_said_something_else_is_refused(api: Api, way: dict[str, list[str]]) -> None:
    key, (tea,) = _key(), api.stock(100)
    wishes = [order({tea: units}, key=key) for units in (1, 2)]
    answers = sent(way, [[wish] for wish in wishes * (TWINS // 2)])
    placed = [answer for answer in answers if answer.status == 201]
    refused = [answer for answer in answers if answer.status == 422]
    assert (len(placed), len(refused)) == (TWINS // 2, TWINS // 2)
    assert {answer.body for answer in placed} == {placed[0].body}
    assert {answer.json()["code"] for answer in refused} == {"idempotency_key_reused"}
    units = placed[0].json()["lines"][0]["quantity"]
    assert api.get("products", f"/products/{tea}")["quantity"] == 100 - units


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_one_edit_counts_one_version(
    proof: Fleet, api: Api, ways: dict[str, list[str]], kind: Kind
) -> None:
    path, _ = kind.make(api)
    reader = Editor(proof, kind, path, 0)
    before = reader.read()
    edit = {kind.member: kind.values[0]}
    # each of them names what it read; without the key, all but one would be told
    headers = {"If-Match": reader.etag}
    answer = _one(_twins(ways, Wish(kind.app, "PATCH", path, edit, _key(), headers)))
    assert answer.status == 200
    assert answer.json() == reader.read()
    assert reader.version == before["version"] + 1


def test_a_level_is_moved_once(proof: Fleet, api: Api, ways: dict[str, list[str]]) -> None:
    (tea,) = api.stock(7)
    body = {"product_id": tea, "change": 5, "reason": "found"}
    answer = _one(_twins(ways, Wish("products", "POST", "/inventory-adjustments", body, _key())))
    assert (answer.status, answer.json()["quantity"]) == (201, 12)
    patched = _one(
        _twins(ways, Wish("products", "PATCH", f"/products/{tea}", {"quantity": 3}, _key()))
    )
    assert (patched.status, patched.json()["quantity"]) == (200, 3)
    with reading(proof) as session:
        changes = select(InventoryTransaction.change).where(InventoryTransaction.product_id == tea)
        assert sorted(session.scalars(changes)) == [-9, 5, 7]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.deletable], ids=lambda k: k.name)
def test_one_deletion_answers_all(api: Api, ways: dict[str, list[str]], kind: Kind) -> None:
    path, _ = kind.make(api)
    before: Any = api.get(kind.app, path)
    answer = _one(_twins(ways, Wish(kind.app, "DELETE", path, key=_key())))
    assert (answer.status, answer.json()) == (200, before)
    # under a key of its own it is another request, and too late
    (late,) = sent(ways, [[Wish(kind.app, "DELETE", path, key=_key())]])
    assert late.status == 404
