"""What the API of old does, by what the native one does."""

from common.db.session import ReadSession, Session
from common.schemas import refuse_impossible
from customers_service.customers import schemas as native_customers
from customers_service.customers import service as customers
from customers_service.legacy import queries
from customers_service.legacy.schemas import (
    Change,
    CustomerData,
    CustomerIn,
    DeletionOrUpdate,
    PurchaseData,
    PurchaseIn,
    UpdatedData,
    month_first,
    to_the_microsecond,
)
from customers_service.purchases import schemas as native_purchases
from customers_service.purchases import service as purchases
from customers_service.purchases.queries import refuse_unknown_customer


def create_customer(session: Session, body: CustomerIn) -> CustomerData:
    """A new customer."""
    told = native_customers.CustomerIn(name=body.name, address=body.address)
    made = customers.create(session, told, None)
    return CustomerData(
        id=made.id,
        name=body.name,
        address=body.address,
        created_on=month_first(made.created_at),
    )


def add_purchase(session: Session, customer_id: int, body: PurchaseIn) -> PurchaseData:
    """A new purchase of the customer; NotFound if there is no such."""
    refuse_impossible("customer", [customer_id])
    told = native_purchases.PurchaseIn(purchase_name=body.purchase_name, quantity=body.quantity)
    made = purchases.create(session, customer_id, told)
    return PurchaseData(
        id=made.id,
        purchase_name=made.purchase_name,
        quantity=made.quantity,
        customer_id=str(made.customer_id),
        purchased_on=month_first(made.purchased_on),
    )


def to_edit(session: Session, purchase_id: int) -> native_purchases.PurchaseOut:
    """The purchase as the native API tells it, whose tag `If-Match` may name."""
    refuse_impossible("purchase", [purchase_id])
    return purchases.to_edit(session, purchase_id)


def update_purchase(session: Session, purchase_id: int, body: Change) -> UpdatedData:
    """The purchase with what the body says; NotFound if there is no such."""
    refuse_impossible("purchase", [purchase_id])
    told = native_purchases.PurchasePatch(**body.changes())
    made = purchases.edit(session, purchase_id, told)
    assert made.last_updated_on is not None  # an edit has a time
    return UpdatedData(
        id=str(made.id),
        purchase_name=made.purchase_name,
        quantity=made.quantity,
        purchased_on=to_the_microsecond(made.purchased_on),
        last_updated_on=to_the_microsecond(made.last_updated_on),
    )


def delete_purchases(session: Session, customer_id: int, body: DeletionOrUpdate) -> int:
    """Delete purchases of the customer; how many there were. NotFound if there is no such."""
    refuse_unknown(session, customer_id)
    if body.delete_all:
        return queries.delete_all(session, customer_id)
    return queries.delete_named(session, customer_id, body.purchase_ids)


def refuse_unknown(session: ReadSession, customer_id: int) -> None:
    """Raise NotFound unless there is such a customer, whatever number that is."""
    refuse_impossible("customer", [customer_id])
    refuse_unknown_customer(session, customer_id)
