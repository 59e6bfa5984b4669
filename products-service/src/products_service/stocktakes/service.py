"""Stocktakes: what was counted, against what should have been there at that moment."""

from collections.abc import Iterable

from common.catalogue import products
from common.catalogue.products import ProductKind
from common.db import turns
from common.db.models.inventory import InventoryTransaction, Stocktake
from common.db.session import Session
from common.db.turns import Turn
from common.errors import Invalid
from common.stock import counting
from common.stock.counting import Count
from products_service.stocktakes.schemas import StocktakeIn, StocktakeLineOut, StocktakeOut


def take(session: Session, body: StocktakeIn) -> StocktakeOut:
    """Write the differences into the ledger: all of them or none.

    Raises NotFound, Invalid for services, and Conflict where fewer were counted than are
    promised or were sold since, each naming every product that it concerns.
    """
    turns.share(session, Turn.ledgers)
    units = {line.product_id: line.counted for line in body.lines}
    known = products.existing(session, units, field="lines")
    services = [id_ for id_ in units if known[id_][0].kind == ProductKind.service]
    if services:
        told = ", ".join(map(str, services))
        raise Invalid({"lines": f"name services, of which no stock is held: {told}"})
    counted = Count(units, body.reason, body.reference, at=body.counted_at, field="lines")
    return record(*counting.take_stock(session, counted))


def record(stocktake: Stocktake, rows: Iterable[InventoryTransaction]) -> StocktakeOut:
    """The stocktake as it is sent, with what it wrote into the ledger."""
    return StocktakeOut(
        id=stocktake.id,
        reason=stocktake.reason,
        reference=stocktake.reference,
        counted_at=stocktake.counted_at,
        recorded_at=stocktake.recorded_at,
        lines=[_line(row) for row in rows],
    )


def _line(row: InventoryTransaction) -> StocktakeLineOut:
    assert row.counted is not None  # a row of a stocktake
    return StocktakeLineOut(
        product_id=row.product_id,
        counted=row.counted,
        expected=row.counted - row.change,
        difference=row.change,
        inventory_transaction_id=row.id,
    )
