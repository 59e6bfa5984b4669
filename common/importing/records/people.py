"""Write new customers and their purchases."""

from collections.abc import Callable
from datetime import datetime

from common.customers.customers import register_all
from common.db import bulk
from common.db.models.customers import Customer, Purchase
from common.db.session import Session
from common.importing.micros import from_micros
from common.importing.records.noting import note
from common.importing.records.shapes import Kind
from common.importing.records.staging import Staging

_AT_ONCE = 500


def write_customers(session: Session, staging: Staging, source: str, *, keep: bool) -> None:
    """New customers, under the ids of the source or the next ones of the shop."""
    last = 0
    for batch in bulk.batches(staging.new_customers(), _AT_ONCE):
        made = [
            Customer(
                name=name,
                address=address,
                email=email,
                **({"id": key} if keep else {}),
                **({} if created is None else {"created_at": from_micros(created)}),
            )
            for key, _, name, address, email, created in batch
        ]
        register_all(session, made)
        brought = [(row[0], row[1], one.id) for row, one in zip(batch, made, strict=True)]
        staging.settle_fates(Kind.customers, [("new", id_, key) for key, _, id_ in brought])
        note(session, source, Kind.customers, brought)
        session.expunge_all()  # else they pile up
        last = batch[-1][0]
    if keep and last:
        bulk.number_from(session, Customer, last)
    note(session, source, Kind.customers, staging.already_customers())


def write_purchases(
    session: Session,
    staging: Staging,
    source: str,
    *,
    keep: bool,
    advance: Callable[[int], None],
) -> None:
    """New purchases; the customers are there."""
    customers, last = staging.customer_ids(), 0
    for batch in bulk.batches(staging.new_purchases(), _AT_ONCE):
        made = [
            Purchase(
                customer_id=customers[customer],
                purchase_name=name,
                quantity=quantity,
                purchased_on=from_micros(purchased),
                last_updated_on=_moment(updated),
                **({"id": key} if keep else {}),
            )
            for key, _, customer, name, quantity, purchased, updated in batch
        ]
        session.add_all(made)
        session.flush()  # for their ids
        brought = [(row[0], row[1], one.id) for row, one in zip(batch, made, strict=True)]
        note(session, source, Kind.purchases, brought)
        session.expunge_all()  # else they pile up
        last = batch[-1][0]
        advance(len(batch))
    if keep and last:
        bulk.number_from(session, Purchase, last)


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
