"""How many there are: what can be sold, what is promised, what stands on the shelf."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, cast, func, select

from common.db.bulk import in_chunks
from common.db.models.inventory import InventoryTransaction, StockLevel, Stocktake
from common.db.models.orders import Order, OrderLine
from common.db.session import ReadSession, Session
from common.errors import Conflict
from common.stock import instants
from common.stock.levels import Movement, move
from common.times import now


@dataclass(frozen=True)
class Count:
    """Units of each product that were on hand at a moment, promised units among them.

    Without a moment they were counted now. `field` is the member of the body that said so.
    """

    units: Mapping[int, int]
    reason: str
    reference: str | None = None
    at: datetime | None = None
    field: str = "counted"


@dataclass(frozen=True)
class _Expected:
    """What should have been on hand, and the fewest that can have been counted.

    What was not promised must have sufficed for the `lowest` level since: a count takes none
    below 0, or further below where something of the past was told late.
    """

    on_hand: int
    least: int


def allocated_units(product_id: ColumnElement[int]) -> ColumnElement[int]:
    """SQL for the units of a product on placed lines that are not yet shipped."""
    units = (
        select(func.sum(OrderLine.quantity))
        .join(Order, Order.id == OrderLine.order_id)
        .where(*awaited(), OrderLine.product_id == product_id)
    )
    return cast(func.coalesce(units.scalar_subquery(), 0), BigInteger)


def count(session: Session, counted: Count) -> list[InventoryTransaction]:
    """Correct the levels to what was counted; a row for each product, in their order.

    The differences are against what was there at the moment of counting, so what was sold
    later stays sold. Raises Conflict, naming each product, where so few were counted that
    units are missing which are promised to placed orders or were sold since, before others were
    received. The caller shares the turn at the ledgers since before it locked anything else, and
    has locked the products.
    """
    return _write(session, counted, _found_missing(session, counted), counted.at or now(), None)


def take_stock(session: Session, counted: Count) -> tuple[Stocktake, list[InventoryTransaction]]:
    """Like `count`, under a stocktake of its own to which the rows belong."""
    differences = _found_missing(session, counted)
    # After the levels were locked, so what is in them was effective before it. On a server a sale
    # that waits for them may bear an earlier time: it changes what is told of the time between.
    counted_at = counted.at or now()
    stocktake = Stocktake(reason=counted.reason, reference=counted.reference, counted_at=counted_at)
    session.add(stocktake)
    session.flush()  # for its id
    return stocktake, _write(session, counted, differences, counted_at, stocktake.id)


def set_quantity(session: Session, product_id: int, quantity: int) -> InventoryTransaction:
    """Move the level to `quantity` units that can be sold, as if counted."""
    _locked_levels(session, [product_id])
    promised = _allocated(session, [product_id], None)[product_id]
    return count(session, Count({product_id: quantity + promised}, "count"))[0]


def _found_missing(session: Session, counted: Count) -> dict[int, int]:
    """By how much each count differs from what should have been there, by id."""
    levels = _locked_levels(session, counted.units)  # first: nothing must move meanwhile
    expected = _expected(session, counted, levels)
    _refuse_fewer(counted, expected)
    return {id_: units - expected[id_].on_hand for id_, units in counted.units.items()}


def _write(
    session: Session,
    counted: Count,
    differences: Mapping[int, int],
    counted_at: datetime,
    stocktake_id: int | None,
) -> list[InventoryTransaction]:
    movements = [
        Movement(
            product_id=id_,
            change=differences[id_],
            reason=counted.reason,
            reference=counted.reference,
            counted=units,
            stocktake_id=stocktake_id,
        )
        for id_, units in counted.units.items()
    ]
    return move(session, movements, counted_at)


def _expected(
    session: ReadSession, counted: Count, levels: Mapping[int, int]
) -> dict[int, _Expected]:
    """By id. At a moment of the past, what the ledger says of that moment."""
    promised = _allocated(session, counted.units, counted.at)
    then = lowest = levels
    if counted.at is not None:
        then = _by_chunks(session, counted.at, levels, instants.levels_by_id)
        lowest = _by_chunks(session, counted.at, levels, instants.lowest_since)
    return {
        id_: _Expected(
            on_hand=then[id_] + promised[id_],
            least=promised[id_] + max(0, then[id_] - max(0, lowest[id_])),
        )
        for id_ in counted.units
    }


def _refuse_fewer(counted: Count, expected: Mapping[int, _Expected]) -> None:
    fewer = {id_: units for id_, units in counted.units.items() if units < expected[id_].least}
    if not fewer:
        return
    told = ", ".join(
        f"of product {id_} at least {expected[id_].least}, not {units}"
        for id_, units in fewer.items()
    )
    raise Conflict(
        f"Units are promised to placed orders, or were sold since: there must have been {told}.",
        errors={counted.field: f"is too few of product {', '.join(map(str, fewer))}"},
        counts=[
            {"product_id": id_, "counted": units, "least": expected[id_].least}
            for id_, units in fewer.items()
        ],
    )


def _locked_levels(session: Session, product_ids: Collection[int]) -> dict[int, int]:
    """The levels, which nobody moves until this transaction ends; locked as `move` locks them."""
    levels: dict[int, int] = {}
    for chunk in in_chunks(sorted(product_ids)):
        query = select(StockLevel.product_id, StockLevel.quantity).where(
            StockLevel.product_id.in_(chunk)
        )
        for row in session.execute(query.order_by(StockLevel.product_id).with_for_update()):
            levels[row.product_id] = row.quantity
    return levels


def _by_chunks(
    session: ReadSession,
    moment: datetime,
    product_ids: Collection[int],
    of_some: Callable[[ReadSession, datetime, Collection[int]], dict[int, int]],
) -> dict[int, int]:
    found: dict[int, int] = {}
    for chunk in in_chunks(product_ids):
        found |= of_some(session, moment, chunk)
    return found


def _allocated(
    session: ReadSession, product_ids: Collection[int], moment: datetime | None
) -> dict[int, int]:
    """Units of each product that placed orders await; of orders until the moment."""
    found = dict.fromkeys(product_ids, 0)
    until = [] if moment is None else [Order.order_date <= moment]
    for chunk in in_chunks(product_ids):
        query = (
            select(OrderLine.product_id, cast(func.sum(OrderLine.quantity), BigInteger))
            .join(Order, Order.id == OrderLine.order_id)
            .where(*awaited(), *until, OrderLine.product_id.in_(chunk))
            .group_by(OrderLine.product_id)
        )
        for id_, units in session.execute(query):
            found[id_] = units
    return found


def awaited() -> tuple[ColumnElement[bool], ...]:
    """SQL for an order whose units are still to be shipped."""
    return Order.fulfilment_status == "unfulfilled", Order.status == "placed"
