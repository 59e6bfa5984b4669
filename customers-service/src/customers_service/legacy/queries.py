"""Purchases in SQL, as the API of old lists and deletes them."""

from collections.abc import Collection, Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select

from common.db.bulk import batches
from common.db.models.customers import Purchase
from common.db.session import ReadSession, Session
from common.schemas import MAX_ID
from customers_service.legacy.schemas import PurchaseItem, to_the_microsecond

_IDS = 500  # in one statement


def purchases_after(
    session: ReadSession, last_id: int, limit: int, *, customer_id: int | None = None
) -> Sequence[PurchaseItem]:
    """The at most `limit` purchases after that id, of one customer or of all."""
    chosen = select(Purchase).where(Purchase.id > last_id).order_by(Purchase.id).limit(limit)
    if customer_id is not None:
        chosen = chosen.where(Purchase.customer_id == customer_id)
    return [_item(purchase) for purchase in session.scalars(chosen)]


def delete_all(session: Session, customer_id: int) -> int:
    """Delete all purchases of the customer; how many there were."""
    return _deleted(session, Purchase.customer_id == customer_id)


def delete_named(session: Session, customer_id: int, ids: Collection[int]) -> int:
    """Delete those of the purchases that are the customer's; how many there were."""
    possible = sorted({id_ for id_ in ids if 0 < id_ <= MAX_ID})
    return sum(
        _deleted(session, Purchase.customer_id == customer_id, Purchase.id.in_(chunk))
        for chunk in batches(possible, _IDS)
    )


def _deleted(session: Session, *chosen: Any) -> int:
    result = session.execute(
        delete(Purchase).where(*chosen).execution_options(synchronize_session=False)
    )
    return cast(CursorResult[Any], result).rowcount


def _item(purchase: Purchase) -> PurchaseItem:
    updated = purchase.last_updated_on
    return PurchaseItem(
        purchase_id=purchase.id,
        purchase_name=purchase.purchase_name,
        quantity=purchase.quantity,
        purchased_on=to_the_microsecond(purchase.purchased_on),
        last_updated_on=updated and to_the_microsecond(updated),
    )
