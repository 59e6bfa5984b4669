"""Which movement each order line made."""

from collections.abc import Iterable

from sqlalchemy import select

from common.db.bulk import in_chunks
from common.db.models.inventory import InventoryTransaction
from common.db.session import ReadSession


def movements_of(session: ReadSession, order_line_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Id and change of the movement by the id of the line; a service's lines have none."""
    found: dict[int, tuple[int, int]] = {}
    row = InventoryTransaction
    for chunk in in_chunks(order_line_ids):
        query = select(row.order_line_id, row.id, row.change)
        for line_id, id_, change in session.execute(query.where(row.order_line_id.in_(chunk))):
            assert line_id is not None  # it was asked for
            found[line_id] = (id_, change)
    return found
