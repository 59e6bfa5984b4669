"""What is done with purchases; the rules themselves are `common.customers`."""

from common.customers import purchases as rules
from common.db.models.customers import Purchase
from common.db.session import ReadSession, Session
from common.listing.query import ListQuery, Page
from customers_service.purchases import queries
from customers_service.purchases.schemas import PurchaseIn, PurchaseOut, PurchasePatch


def page(session: ReadSession, query: ListQuery) -> Page[PurchaseOut]:
    """The purchases of all customers that `query` asks for."""
    return _page(session, query)


def page_of(session: ReadSession, customer_id: int, query: ListQuery) -> Page[PurchaseOut]:
    """The purchases of the customer that `query` asks for; NotFound if there is no such."""
    queries.refuse_unknown_customer(session, customer_id)
    return _page(session, query, customer_id)


def get(session: ReadSession, purchase_id: int) -> PurchaseOut:
    """The purchase; else NotFound."""
    return PurchaseOut.model_validate(queries.find(session, purchase_id))


def create(session: Session, customer_id: int, body: PurchaseIn) -> PurchaseOut:
    """Note a purchase of the customer."""
    queries.refuse_unknown_customer(session, customer_id)
    purchase = Purchase(customer_id=customer_id, **body.model_dump())
    rules.record(session, purchase)
    return PurchaseOut.model_validate(purchase)


def to_edit(session: Session, purchase_id: int) -> PurchaseOut:
    """The purchase, which nobody else edits until the transaction ends."""
    return PurchaseOut.model_validate(queries.find_to_edit(session, purchase_id))


def replace(session: Session, purchase_id: int, body: PurchaseIn) -> PurchaseOut:
    """Put the body in place of the purchase; customer and date stay."""
    purchase = queries.find_to_edit(session, purchase_id)
    rules.change(session, purchase, body.model_dump())
    return PurchaseOut.model_validate(purchase)


def edit(session: Session, purchase_id: int, body: PurchasePatch) -> PurchaseOut:
    """Change what was sent of the purchase."""
    purchase = queries.find_to_edit(session, purchase_id)
    body.refuse_changes(PurchaseOut.model_validate(purchase))
    rules.change(session, purchase, body.model_dump(exclude_unset=True))
    return PurchaseOut.model_validate(purchase)


def delete(session: Session, purchase_id: int) -> PurchaseOut:
    """Delete the purchase and return it as it was."""
    purchase = queries.find_to_edit(session, purchase_id)
    record = PurchaseOut.model_validate(purchase)
    session.delete(purchase)
    session.flush()
    return record


def _page(
    session: ReadSession, query: ListQuery, customer_id: int | None = None
) -> Page[PurchaseOut]:
    found = queries.page(session, query, customer_id=customer_id)
    records = [PurchaseOut(**dict(zip(queries.FIELDS, row, strict=False))) for row in found.rows]
    return Page(records, found.start, found.total, found.next_cursor)
