"""Many buyers, few goods: exactly what there is is sold, and nobody hears of a database's quarrels.

The buyers are processes, and so are the services; the database alone arbitrates.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from proving.crowd import Answer, sent
from proving.fixtures import reading
from proving.processes import Fleet
from proving.shopping import Api, order
from sqlalchemy import func, select

from common.db.models.inventory import InventoryTransaction, StockLevel

pytestmark = pytest.mark.proof

BUYERS, UNITS = 200, 50
HOT, HOT_UNITS, HOT_ORDERS = 20, 20, 250


@pytest.fixture
def api(proof: Fleet) -> Api:
    return Api(proof)


def test_exactly_the_units_that_there_are_are_sold(
    proof: Fleet, api: Api, figure: Callable[[str], None]
) -> None:
    (tea,) = api.stock(UNITS)
    answers = sent(proof.addresses, [[order({tea: 1})] for _ in range(BUYERS)])
    statuses = Counter(answer.status or answer.failure for answer in answers)
    figure(f"{BUYERS} buyers of {UNITS} units: {dict(statuses)}")
    assert statuses == {201: UNITS, 409: BUYERS - UNITS}
    refusals = [answer.json() for answer in answers if answer.status == 409]
    assert {refusal["code"] for refusal in refusals} == {"insufficient_stock"}
    nothing_left = [{"product_id": tea, "requested": 1, "available": 0}]
    assert all(refusal["shortages"] == nothing_left for refusal in refusals)
    assert _levels(proof, [tea]) == {tea: 0}
    assert _sold(proof, [tea]) == {tea: UNITS}


def test_hot_products_are_sold_out_by_orders_that_overlap(
    proof: Fleet, api: Api, figure: Callable[[str], None]
) -> None:
    dice = random.Random(7)
    goods = api.stock(*[HOT_UNITS] * HOT)
    wishes = [
        order([(id_, dice.randint(1, 3)) for id_ in dice.sample(goods, dice.randint(3, 5))])
        for _ in range(HOT_ORDERS)
    ]
    # 32 clients, who come from 8 processes
    answers = sent(proof.addresses, [wishes[place::32] for place in range(32)])
    _only_short(answers)
    slowest = max(answer.seconds for answer in answers)
    figure(f"{HOT_ORDERS} orders of 3 to 5 of {HOT} hot products: slowest {slowest:.2f} s")
    left = _levels(proof, goods)
    assert _sold(proof, goods) == {id_: HOT_UNITS - left[id_] for id_ in goods}
    assert Counter(_units(answers)) == {
        id_: HOT_UNITS - left[id_] for id_ in goods if left[id_] < HOT_UNITS
    }
    # whoever takes single units finds every one that is left, and no more
    singles = [[order({id_: 1})] * (left[id_] + 2) for id_ in goods]
    rest = sent(proof.addresses, singles)
    _only_short(rest)
    assert Counter(_units(rest)) == {id_: units for id_, units in left.items() if units}
    assert set(_levels(proof, goods).values()) == {0}
    assert set(_sold(proof, goods).values()) == {HOT_UNITS}


@pytest.mark.parametrize("clients", [1, 8, 32])
def test_orders_per_second(
    proof: Fleet, api: Api, figure: Callable[[str], None], clients: int
) -> None:
    dice, seconds = random.Random(clients), 2.0
    goods = api.stock(*[1_000_000] * 5)
    scripts = [
        [order([(id_, 1) for id_ in dice.sample(goods, 2)]) for _ in range(1500)]
        for _ in range(clients)
    ]
    answers = sent(proof.addresses, scripts, seconds=seconds)
    assert {answer.status for answer in answers} == {201}
    figure(f"{clients} clients: {len(answers) / seconds:.0f} orders of two lines per second")
    assert sum(_sold(proof, goods).values()) == 2 * len(answers)


def _only_short(answers: Sequence[Answer]) -> None:
    """Each order was placed, or told what was short."""
    for answer in answers:
        assert answer.status in {201, 409}, (answer.status, answer.failure, answer.body)
        if answer.status == 409:
            told = answer.json()
            assert told["code"] == "insufficient_stock"
            assert all(each["requested"] > each["available"] for each in told["shortages"])


def _units(answers: Sequence[Answer]) -> Counter[int]:
    """Units that were placed, by product."""
    units: Counter[int] = Counter()
    for answer in answers:
        if answer.status == 201:
            for line in answer.json()["lines"]:
                units[line["product_id"]] += line["quantity"]
    return units


def _sold(proof: Fleet, ids: Sequence[int]) -> dict[int, int]:
    """Units that the stock ledger says were sold, by product."""
    movements = InventoryTransaction
    query = select(movements.product_id, func.sum(movements.change)).where(
        movements.product_id.in_(ids), movements.reason == "sale"
    )
    with reading(proof) as session:
        rows = session.execute(query.group_by(movements.product_id))
        return {id_: -int(change) for id_, change in rows}


def _levels(proof: Fleet, ids: Sequence[int]) -> dict[int, int]:
    """How many can be sold, by product."""
    query = select(StockLevel.product_id, StockLevel.quantity)
    with reading(proof) as session:
        rows = session.execute(query.where(StockLevel.product_id.in_(ids)))
        return {row[0]: row[1] for row in rows}
