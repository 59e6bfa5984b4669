"""What each product moved in each month: from it, the level at any instant is soon summed up.

Kept in the transaction of every movement. Whoever moves a product has locked its level, so of
two who move it the second waits, and finds what the first one kept.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

from sqlalchemy import CursorResult, bindparam, insert, select, update

from common.db import bulk
from common.db.models.inventory import StockMonth
from common.db.session import ReadSession, Session

Moved: TypeAlias = Mapping[tuple[int, int], int]  # units by product and month

_TABLE = StockMonth.__table__
_COLUMNS = ("product_id", "month", "change")
_ADD = (
    update(StockMonth)
    .where(_TABLE.c.product_id == bindparam("of_product"), _TABLE.c.month == bindparam("in_month"))
    .values(change=_TABLE.c.change + bindparam("moved"))
)


def month_of(moment: datetime) -> int:
    """The month of UTC in which the moment lies, such as 202511."""
    in_utc = moment.astimezone(UTC)
    return in_utc.year * 100 + in_utc.month


def start_of(moment: datetime) -> datetime:
    """The first instant of the month of UTC in which the moment lies."""
    in_utc = moment.astimezone(UTC)
    return datetime(in_utc.year, in_utc.month, 1, tzinfo=UTC)


def add(session: Session, moved: Moved) -> None:
    """Count what a few products moved; their levels are locked."""
    connection = session.connection()
    for (product_id, month), change in sorted(moved.items()):
        parameters = {"of_product": product_id, "in_month": month, "moved": change}
        if cast(CursorResult[Any], connection.execute(_ADD, parameters)).rowcount == 0:
            values = {"product_id": product_id, "month": month, "change": change}
            connection.execute(insert(StockMonth), values)


def add_many(session: Session, moved: Moved) -> None:
    """Count what an import moved; it has taken the turn at the ledgers alone."""
    there = set(_there(session, sorted({product_id for product_id, _ in moved})))
    connection = session.connection()
    for batch in bulk.batches(sorted(moved.keys() & there)):
        connection.execute(
            _ADD,
            [{"of_product": id_, "in_month": m, "moved": moved[id_, m]} for id_, m in batch],
        )
    for batch in bulk.batches(sorted(moved.keys() - there)):
        bulk.write(session, StockMonth, _COLUMNS, [(*key, moved[key]) for key in batch])


def _there(session: ReadSession, product_ids: list[int]) -> Iterator[tuple[int, int]]:
    for chunk in bulk.in_chunks(product_ids):
        query = select(StockMonth.product_id, StockMonth.month)
        for row in session.execute(query.where(StockMonth.product_id.in_(chunk))):
            yield row.product_id, row.month
