"""What stock the new orders of a source need, so that no level is below zero at any time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from common.db.bulk import in_chunks
from common.db.models.catalogue import Category, Product
from common.db.session import ReadSession
from common.importing.micros import from_micros
from common.importing.records.staging import Staging
from common.stock import history
from common.times import now

# The stock was there just before the first order.
_JUST_BEFORE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Ware:
    """A product of the shop, as an order names it; `counted` as the product says of itself."""

    id: int
    sku: str
    name: str
    category: str
    stocked: bool
    counted: bool = True


@dataclass(frozen=True)
class Stocking:
    """Products by the source's keys: those that the shop has, and what is to be in stock.

    `openings` are the levels at `since` of products that are new and hold stock, `corrections`
    what the others need besides theirs; `levels` are theirs, by the shop's ids.
    """

    held: dict[int, Ware]
    openings: dict[int, int]
    corrections: dict[int, int]
    levels: dict[int, int]
    since: datetime


def plan_stock(session: ReadSession, staging: Staging) -> Stocking:
    """Today's level of a new product is what the new orders left."""
    first = staging.first_moment()
    since = now() if first is None else from_micros(first) - _JUST_BEFORE
    taken = staging.units_taken()
    held = _held(session, staging.held_products())
    openings = {key: level + taken.get(key, 0) for key, level in staging.levels().items()}
    stocked = {ware.id: key for key, ware in held.items() if ware.stocked}
    corrections: dict[int, int] = {}
    levels: dict[int, int] = {}
    for ids in in_chunks(sorted(stocked)):
        levels |= history.levels(session, ids)
        for id_, lowest in history.lowest_levels(session, ids, since).items():
            if (missing := taken[stocked[id_]] - lowest) > 0:
                corrections[stocked[id_]] = missing
    return Stocking(held, openings, corrections, levels, since)


def _held(session: ReadSession, ids: dict[int, int]) -> dict[int, Ware]:
    found: dict[int, Ware] = {}
    for chunk in in_chunks(sorted(set(ids.values()))):
        query = select(Product, Category.name).join(Category).where(Product.id.in_(chunk))
        for product, category in session.execute(query):
            found[product.id] = Ware(
                *(product.id, product.sku, product.name, category),
                stocked=product.kind == "stocked",
                counted=product.counted,
            )
    return {key: found[id_] for key, id_ in ids.items()}
