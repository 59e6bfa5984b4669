"""The products of a sample shop, with what they cost and how well they sell."""

from collections.abc import Sequence
from itertools import accumulate, product
from typing import NamedTuple

from common.catalogue.categories import CategoryName
from common.catalogue.products import ProductKind
from common.importing.demo.dice import Dice, Stream
from common.importing.demo.wares import EVEN, RANGES, SEASONS, SERVICES, Ware

FEWEST, MOST = 60, 200
_DEAR = 1000  # minor units from which a price ends in 99, below it in 9


class DemoProduct(NamedTuple):
    """A product to be written. `spare` units are never sold: what is left on the shelf."""

    sku: str
    name: str
    category: CategoryName
    kind: ProductKind
    price_cents: int
    cost_cents: int
    popularity: int
    spare: int


def products(seed: int, orders: int) -> list[DemoProduct]:
    """The products of a shop with so many orders: more of them, slowly, the more it sells.

    Services come last; the things before them take turns by category.
    """
    dice = Dice(seed, Stream.products)
    count = min(MOST, FEWEST + 7 * orders.bit_length())
    mixed = {c: dice.shuffled(list(product(r.kinds, r.wares))) for c, r in RANGES.items()}
    found = []
    for place in range(count - len(SERVICES)):
        turn, which = divmod(place, len(RANGES))
        category = list(RANGES)[which]
        kind, ware = mixed[category][turn]
        found.append(_thing(dice, category, turn, kind, ware))
    return found + _services()


def demand(found: Sequence[DemoProduct]) -> list[list[int]]:
    """Of each month the summed up weights of the products, to be thrown for."""
    return [
        list(accumulate(p.popularity * SEASONS.get(p.category, EVEN)[month] for p in found))
        for month in range(12)
    ]


def _thing(dice: Dice, category: CategoryName, turn: int, kind: str, ware: Ware) -> DemoProduct:
    price = _ending_in_nines(ware.low + dice.low_below(ware.high - ware.low))
    liked = 10 + dice.below(20) * dice.below(20)
    return DemoProduct(
        sku=f"{RANGES[category].prefix}-{101 + turn}",
        name=f"{kind} {ware.noun}",
        category=category,
        kind=ProductKind.stocked,
        price_cents=price,
        cost_cents=price * (40 + dice.below(21)) // 100,
        popularity=liked * (2 if price < 2 * _DEAR else 1),
        spare=3 + dice.below(22),
    )


def _services() -> list[DemoProduct]:
    other, kind = CategoryName.other, ProductKind.service
    return [
        DemoProduct(s.sku, s.name, other, kind, s.price_cents, s.price_cents // 2, 0, 0)
        for s in SERVICES
    ]


def _ending_in_nines(price: int) -> int:
    step = 10 if price < _DEAR else 100
    return price // step * step + step - 1
