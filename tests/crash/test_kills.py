"""`kill -9` in a burst: what was acknowledged is there, whole, and each effect comes about once.

`DAYBOOK_KILLS` says how many kills an engine gets, and `DAYBOOK_SEED` repeats a run's dice.
"""

import os
import random
import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from database_fixtures import ENGINE
from proving.crowd import Addresses, Answer, Crowd, Wish, sent
from proving.fixtures import discrepancies, reading
from proving.shopping import Api, order
from sqlalchemy import func, select

from common.db.models.inventory import InventoryTransaction, StockLevel
from common.db.models.orders import Order
from tests.crash.conftest import Mortal

pytestmark = [pytest.mark.proof, pytest.mark.timeout(7200)]

KILLS = int(os.environ.get("DAYBOOK_KILLS", "3" if ENGINE == "sqlite" else "4"))
SEED = int(os.environ.get("DAYBOOK_SEED", "0")) or secrets.randbelow(1_000_000) + 1
VICTIMS = ["embedded"] if ENGINE == "sqlite" else ["database", "service"]
CLIENTS, WISHES, GOODS, STOCK = 8, 15, 6, 150
BURST = 1.5  # seconds


class Burst:
    """Clients who order and adjust, each request under a key of its own."""

    def __init__(self, mortal: Mortal, goods: Sequence[int], dice: random.Random) -> None:
        self.goods, self.dice, self.name = goods, dice, secrets.token_hex(4)
        known = mortal.fleet.addresses
        # orders come through the gateway too
        self.addresses: Addresses = {**known, "sales": [*known["sales"], *known["gateway"]]}
        self.scripts = [
            [self._wish(f"{self.name}-{client}-{number}") for number in range(WISHES)]
            for client in range(CLIENTS)
        ]

    def interrupted(self, strike: Callable[[], None]) -> list[Answer]:
        """What the clients were told while `strike` came at some moment."""
        with Crowd(self.addresses, self.scripts, processes=2, seconds=BURST, silence=20) as crowd:
            crowd.begin()
            time.sleep(self.dice.uniform(0.02, BURST * 0.6))
            strike()
            return crowd.answers()

    def again(self, wishes: Sequence[Wish]) -> dict[str | None, Answer]:
        """What they are told if all of it is sent once more, by key."""
        scripts = [wishes[place::CLIENTS] for place in range(CLIENTS)]
        answers = sent(self.addresses, [script for script in scripts if script], processes=2)
        return {answer.wish.key: answer for answer in answers}

    def _wish(self, key: str) -> Wish:
        if self.dice.random() < 0.75:
            products = self.dice.sample(self.goods, self.dice.randint(2, 4))
            return order([(id_, self.dice.randint(1, 3)) for id_ in products], key=key)
        change = self.dice.choice([-2, -1, 1, 2, 3])
        told = {"product_id": self.dice.choice(self.goods), "change": change}
        body = told | {"reason": "found", "reference": key}
        return Wish("products", "POST", "/inventory-adjustments", body, key)


def test_what_was_acknowledged_survives_and_the_rest_happens_once(
    mortal: Mortal, figure: Callable[[str], None]
) -> None:
    dice = random.Random(SEED)
    counted: Counter[str] = Counter()
    for kill in range(KILLS):
        victim = VICTIMS[kill % len(VICTIMS)]
        if victim == "service":
            victim = dice.choice(
                [name for name in mortal.fleet.processes if "customers" not in name]
            )
        try:
            _one_kill(mortal, victim, dice, counted)
        except AssertionError as failed:
            failed.add_note(f"at kill {kill + 1} of {KILLS}, of {victim}; DAYBOOK_SEED={SEED}")
            raise
        counted["kills"] += 1
        counted[f"of {victim}"] += 1
    told = ", ".join(f"{name} {count}" for name, count in sorted(counted.items()))
    figure(f"seed {SEED}: {told}; lost 0, half-placed 0, doubled 0")


def _one_kill(mortal: Mortal, victim: str, dice: random.Random, counted: Counter[str]) -> None:
    api = Api(mortal.fleet)
    goods = api.stock(*[STOCK] * GOODS)
    burst = Burst(mortal, goods, dice)
    answers = burst.interrupted(lambda: _strike(mortal, victim, dice))
    mortal.fleet.wait_until_ready()
    assert discrepancies(mortal.fleet) == {}
    kept = {answer.wish.key: answer for answer in answers if answer.final}
    for answer in kept.values():
        _is_there(api, answer)
    again = burst.again([answer.wish for answer in answers])
    for key, answer in again.items():
        assert answer.final, (answer.status, answer.failure, answer.body)
        if key in kept:
            assert answer.replayed
            assert (answer.status, answer.body) == (kept[key].status, kept[key].body)
    _each_happened_once(mortal, goods, list(again.values()))
    assert discrepancies(mortal.fleet) == {}
    counted["answered"] += len(kept)
    counted["unanswered"] += len(again) - len(kept)
    # of those, they had happened when the answer was lost
    counted["done unheard"] += sum(again[key].replayed for key in set(again) - set(kept))


def _strike(mortal: Mortal, victim: str, dice: random.Random) -> None:
    if victim == "database":
        assert mortal.server is not None
        mortal.server.kill()
        time.sleep(dice.uniform(0, 0.3))
        mortal.server.start()
        mortal.server.wait_until_it_answers()
        return
    process = mortal.fleet.processes[victim]
    process.stop()
    process.start()


def _is_there(api: Api, answer: Answer) -> None:
    """The record that was acknowledged, as it was told."""
    if answer.status == 201:
        path = answer.headers["Location"]
        assert api.get(answer.wish.app, path) == answer.json()
    else:
        assert (answer.status, answer.json()["code"]) == (409, "insufficient_stock")


def _each_happened_once(mortal: Mortal, goods: Sequence[int], answers: Sequence[Answer]) -> None:
    """Orders, movements and levels are those of the acknowledged requests, no more and no less."""
    done = [answer.wish for answer in answers if answer.status == 201]
    left = dict.fromkeys(goods, STOCK)
    for wish in done:
        for product, change in _changes(wish.body):
            left[product] += change
    keys = [answer.wish.key or "" for answer in answers]
    references = InventoryTransaction.reference
    with reading(mortal.fleet) as session:
        placed = session.execute(
            select(Order.label, func.count()).where(Order.label.in_(keys)).group_by(Order.label)
        )
        adjusted = session.execute(
            select(references, func.count()).where(references.in_(keys)).group_by(references)
        )
        found = {key: count for rows in (placed, adjusted) for key, count in rows}
        levels = select(StockLevel.product_id, StockLevel.quantity)
        levels = levels.where(StockLevel.product_id.in_(goods))
        quantities = {row[0]: row[1] for row in session.execute(levels)}
    assert found == {wish.key: 1 for wish in done}
    assert quantities == left


def _changes(body: dict[str, Any]) -> list[tuple[int, int]]:
    if "lines" in body:
        return [(line["product_id"], -line["quantity"]) for line in body["lines"]]
    return [(body["product_id"], body["change"])]
