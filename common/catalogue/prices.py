"""What products cost at each instant: a row for each change, of which the last is the present."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select

from common.db.bulk import in_chunks
from common.db.models.catalogue import Product, ProductPrice
from common.db.session import ReadSession, Session
from common.times import now


def begin(session: Session, products: Sequence[Product]) -> None:
    """Tell what new products cost from their beginning on."""
    rows = [
        {
            "product_id": product.id,
            "price_cents": product.price_cents,
            "cost_cents": product.cost_cents,
            "effective_at": product.created_at,
        }
        for product in products
    ]
    if rows:
        session.connection().execute(insert(ProductPrice), rows)


def change(session: Session, product: Product) -> None:
    """Tell what the product costs from now on, if that is something else.

    The caller has locked the product. A row is never as old as the one before it, though the
    clock were set back.
    """
    last = session.scalars(
        select(ProductPrice)
        .where(ProductPrice.product_id == product.id)
        .order_by(ProductPrice.effective_at.desc())
        .limit(1)
    ).one()
    if (last.price_cents, last.cost_cents) == (product.price_cents, product.cost_cents):
        return
    session.add(
        ProductPrice(
            product_id=product.id,
            price_cents=product.price_cents,
            cost_cents=product.cost_cents,
            effective_at=max(now(), last.effective_at + timedelta(microseconds=1)),
        )
    )


def prices_at(session: ReadSession, product_ids: Iterable[int], moment: datetime) -> dict[int, int]:
    """The price of each product at the moment, by id; none before the first that is known."""
    found = {}
    for chunk in in_chunks(product_ids):
        query = (
            select(ProductPrice.product_id, ProductPrice.price_cents)
            .where(ProductPrice.product_id.in_(chunk), ProductPrice.effective_at <= moment)
            .order_by(ProductPrice.effective_at)
        )
        for row in session.execute(query):
            found[row.product_id] = row.price_cents  # of each the last one stays
    return found
