"""Stocktakes in SQL."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Row, select

from common.db.bulk import in_chunks
from common.db.lists import Listing, fetch
from common.db.models.inventory import InventoryTransaction, Stocktake
from common.db.session import ReadSession
from common.errors import NotFound
from common.listing.query import ListQuery, Page
from products_service.stocktakes.schemas import StocktakeOut

LISTING = Listing.of(
    "stocktakes", StocktakeOut, Stocktake.__table__, searched=["reason", "reference"]
)


def page(session: ReadSession, query: ListQuery) -> Page[Row[*tuple[Any, ...]]]:
    """Stocktakes, each first in its row."""
    return fetch(session, select(Stocktake), LISTING, query)


def one(session: ReadSession, stocktake_id: int) -> Stocktake:
    """The stocktake, or NotFound."""
    stocktake = session.get(Stocktake, stocktake_id)
    if stocktake is None:
        raise NotFound.of("stocktake", [stocktake_id])
    return stocktake


def rows_of(
    session: ReadSession, stocktake_ids: Collection[int]
) -> dict[int, list[InventoryTransaction]]:
    """What each stocktake wrote into the ledger, in its order, by the id of the stocktake."""
    found: defaultdict[int, list[InventoryTransaction]] = defaultdict(list)
    for chunk in in_chunks(stocktake_ids):
        for row in _of(session, chunk):
            assert row.stocktake_id is not None
            found[row.stocktake_id].append(row)
    return found


def _of(session: ReadSession, stocktake_ids: list[int]) -> Iterable[InventoryTransaction]:
    query = select(InventoryTransaction).where(InventoryTransaction.stocktake_id.in_(stocktake_ids))
    return session.scalars(query.order_by(InventoryTransaction.id))
