"""The names of all customers in SQL."""

from sqlalchemy import select

from common.db.models.customers import Customer
from common.db.session import ReadSession


def names_after(session: ReadSession, after: int, limit: int) -> list[tuple[int, str]]:
    """Id and name of at most `limit` customers beyond the id `after`, ids ascending."""
    rows = session.execute(
        select(Customer.id, Customer.name)
        .where(Customer.id > after)
        .order_by(Customer.id)
        .limit(limit)
    )
    return [(id_, name) for id_, name in rows]
