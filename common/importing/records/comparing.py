"""Compare the records of a source with what the shop holds. Reads only."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from common.db.base import Identified
from common.db.models.catalogue import Product
from common.db.models.customers import Customer, Purchase
from common.db.models.imports import ImportRef
from common.db.models.orders import Order
from common.db.session import ReadSession
from common.importing.records import sql
from common.importing.records.shapes import Kind
from common.importing.records.staging import Staging

# What the shop calls a record of the kind; lines are known with their orders.
REFS = {
    Kind.customers: "customer",
    Kind.products: "product",
    Kind.orders: "order",
    Kind.purchases: "purchase",
}
_TABLES: dict[Kind, type[Identified]] = {
    Kind.customers: Customer,
    Kind.products: Product,
    Kind.orders: Order,
    Kind.purchases: Purchase,
}
ALTERED = "it was imported before with other content"
_CUSTOMER = {
    "its customer was imported before and deleted since": sql.OF_GONE,
    "its customer was rejected": sql.OF_REJECTED,
    "its customer is not there": sql.OF_NOBODY,
}
_PRODUCT = {
    "its product was imported before and deleted since": sql.GONE_PRODUCT,
    "its product was rejected": sql.REJECTED_PRODUCT,
    "its product is not there": sql.NO_PRODUCT,
}
_AT_ONCE = 500


def compare(session: ReadSession, staging: Staging, source: str) -> None:
    """Say of each record what becomes of it, and reject what cannot be taken."""
    for kind in REFS:
        _know_again(session, staging, source, kind)
    _find_mailboxes(session, staging)
    for kind in (Kind.purchases, Kind.orders):
        for reason, statement in _CUSTOMER.items():
            staging.refuse(kind, statement, reason)
    for reason, statement in _PRODUCT.items():
        staging.refuse(Kind.lines, statement, reason)
    staging.settle()


def keeping(session: ReadSession) -> frozenset[Kind]:
    """The kinds of which the shop holds nothing, so that records keep the ids of their source.

    A kind of which an import brought something is not among them though all of it was deleted:
    what is known of those ids would be said of others.
    """
    return frozenset(kind for kind in REFS if _is_untouched(session, kind))


def _is_untouched(session: ReadSession, kind: Kind) -> bool:
    brought = select(ImportRef.id).where(ImportRef.kind == REFS[kind])
    return all(
        session.scalar(query.limit(1)) is None for query in (select(_TABLES[kind].id), brought)
    )


def _know_again(session: ReadSession, staging: Staging, source: str, kind: Kind) -> None:
    for chunk in staging.identities(kind, _AT_ONCE):
        brought = _brought(session, source, kind, [key for key, _ in chunk])
        if not brought:
            continue
        there = _there(session, kind, {id_ for id_, _ in brought.values()})
        staging.settle_fates(
            kind,
            [
                (_fate(digest, brought[key], there), brought[key][0], key)
                for key, digest in chunk
                if key in brought
            ],
        )
    # others may refer to the customer or the product that was brought then
    may_be_named = kind in {Kind.customers, Kind.products}
    staging.refuse(kind, sql.ALTERED, ALTERED, drop=not may_be_named)


def _fate(digest: str, brought: tuple[int, str | None], there: set[int]) -> str:
    id_, digest_then = brought
    if id_ not in there:  # whatever the source says of it now: nothing can refer to it
        return "gone"
    return "before" if digest == digest_then else "altered"


def _brought(
    session: ReadSession, source: str, kind: Kind, keys: Iterable[int]
) -> dict[int, tuple[int, str | None]]:
    """What earlier runs brought: the shop's ids and the digests of that time, by key."""
    query = select(ImportRef.key, ImportRef.id, ImportRef.digest).where(
        ImportRef.source == source,
        ImportRef.kind == REFS[kind],
        ImportRef.key.in_([str(key) for key in keys]),
    )
    return {int(row.key): (row.id, row.digest) for row in session.execute(query)}


def _there(session: ReadSession, kind: Kind, ids: set[int]) -> set[int]:
    """Those of the ids whose records the shop has still."""
    table = _TABLES[kind]
    query = select(table.id).where(table.id.in_(ids))
    if kind is Kind.products:
        query = query.where(Product.deleted_at.is_(None))
    return set(session.scalars(query))


def _find_mailboxes(session: ReadSession, staging: Staging) -> None:
    """A customer whose e-mail address the shop knows is the one whom it knows."""
    for chunk in staging.mailboxes(_AT_ONCE):
        known = _customers_at(session, [mailbox for _, mailbox in chunk])
        fates = [("already", known[mailbox], key) for key, mailbox in chunk if mailbox in known]
        staging.settle_fates(Kind.customers, fates)
    staging.join_mailboxes()


def _customers_at(session: ReadSession, mailboxes: Sequence[str]) -> dict[str | None, int]:
    query = select(Customer.email_folded, Customer.id).where(Customer.email_folded.in_(mailboxes))
    return {row.email_folded: row.id for row in session.execute(query)}
