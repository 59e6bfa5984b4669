"""Which movement each order line made, and which lines make one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from common.db.bulk import in_chunks
from common.db.models.catalogue import Product
from common.db.models.inventory import InventoryTransaction
from common.db.session import ReadSession


@dataclass(frozen=True)
class LineMovement:
    """What a line moved, and when."""

    id: int
    product_id: int
    change: int
    effective_at: datetime


def movements_of(session: ReadSession, order_line_ids: Iterable[int]) -> dict[int, LineMovement]:
    """The movement by the id of the line; a service's lines have none."""
    found: dict[int, LineMovement] = {}
    row = InventoryTransaction
    for chunk in in_chunks(order_line_ids):
        query = select(row.order_line_id, row.id, row.product_id, row.change, row.effective_at)
        of_chunk = query.where(row.order_line_id.in_(chunk))
        for line_id, id_, product_id, change, effective_at in session.execute(of_chunk):
            assert line_id is not None  # it was asked for
            found[line_id] = LineMovement(id_, product_id, change, effective_at)
    return found


def stocked(session: ReadSession, product_ids: Iterable[int]) -> set[int]:
    """Those of the products that hold stock, so that their lines move it."""
    found: set[int] = set()
    for chunk in in_chunks(product_ids):
        query = select(Product.id).where(Product.id.in_(chunk), Product.kind == "stocked")
        found.update(session.scalars(query))
    return found
