"""Compare the lines of a file with what the shop holds, and decide what is to be written.

Reads only; the same plan is told by a dry run and carried out by an import.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from common.catalogue.products import ProductKind
from common.db import shop
from common.db.bulk import BATCH, in_chunks
from common.db.models.catalogue import Category, Product
from common.db.models.customers import Customer
from common.db.models.imports import ImportRef
from common.db.models.inventory import InventoryTransaction, StockLevel
from common.db.models.orders import Order
from common.db.session import ReadSession
from common.importing.micros import to_micros
from common.importing.online_retail.lines import is_service
from common.importing.online_retail.staging import Staging

SOURCE, CURRENCY = "online-retail", "GBP"
FOREIGN = "the invoice number is that of an order from elsewhere"
ALTERED = "the invoice was imported before with other lines"


class WrongCurrency(Exception):
    """The shop keeps its books in another currency than the file."""


@dataclass(frozen=True)
class PlannedProduct:
    """A product that the file names; `id` is null where the shop has none of the SKU."""

    id: int | None
    sku: str
    name: str
    price: int
    kind: ProductKind
    category: str | None
    counted: bool
    level: int


@dataclass(frozen=True)
class Plan:
    """What is to be written: products and customers by folded key, openings by SKU.

    `openings` has each stocked product that is new to the ledger, `corrections` the others
    whose level would fall below zero.
    """

    products: dict[str, PlannedProduct]
    customers: dict[str, tuple[int | None, str]]
    openings: dict[str, int]
    corrections: dict[str, int]
    first_moment: datetime | None
    takes_currency: bool


class _Held(NamedTuple):
    """A product of the shop."""

    id: int
    sku: str
    name: str
    kind: str
    category: str
    counted: bool
    level: int


def make_plan(session: ReadSession, staging: Staging) -> Plan:
    """Sort out what was brought before and what cannot be; plan the rest.

    Raises WrongCurrency.
    """
    in_other_currency = _takes_currency(session)
    _sort_out_invoices(session, staging)
    skus = staging.skus()
    held = _held_products(session, skus)
    staging.name_services(sku for sku in skus if _kind(sku, held) is ProductKind.service)
    staging.settle()
    products = {
        sku: _planned(sku, code, name, price, held.get(sku))
        for sku, code, name, price in staging.products()
    }
    first = staging.first_moment()
    openings, corrections = _openings(session, staging, products, first)
    return Plan(
        products=products,
        customers=_customers(session, staging),
        openings=openings,
        corrections=corrections,
        first_moment=first,
        takes_currency=in_other_currency and bool(products),
    )


def _takes_currency(session: ReadSession) -> bool:
    """Whether the shop is empty and takes on the file's currency; raises WrongCurrency."""
    current = shop.currency(session)
    if current == CURRENCY:
        return False
    for model in (Product, Order):
        if session.scalar(select(model.id).limit(1)) is not None:
            raise WrongCurrency(current)
    return True


def _sort_out_invoices(session: ReadSession, staging: Staging) -> None:
    repeated: list[str] = []
    altered: list[str] = []
    foreign: list[str] = []
    for chunk in in_chunks(staging.identities()):
        invoices = [invoice for invoice, _, _ in chunk]
        brought, taken = _brought(session, invoices), _numbers_taken(session, invoices)
        for invoice, digest, makes_order in chunk:
            if invoice in brought:
                (repeated if brought[invoice] == digest else altered).append(invoice)
            elif makes_order and invoice in taken:
                foreign.append(invoice)
    staging.repeat(repeated)
    staging.refuse(altered, ALTERED)
    staging.refuse(foreign, FOREIGN)
    staging.settle()


def _brought(session: ReadSession, invoices: Sequence[str]) -> dict[str, str | None]:
    """The invoices that earlier runs brought, with the digests of what they were then."""
    query = select(ImportRef.key, ImportRef.digest).where(
        ImportRef.source == SOURCE, ImportRef.key.in_(invoices)
    )
    return {row.key: row.digest for row in session.execute(query)}


def _numbers_taken(session: ReadSession, invoices: Sequence[str]) -> set[str]:
    query = select(Order.number_folded).where(Order.number_folded.in_(invoices))
    return {number for number in session.scalars(query) if number}


def _held_products(session: ReadSession, skus: Sequence[str]) -> dict[str, _Held]:
    found: dict[str, _Held] = {}
    for chunk in in_chunks(skus):
        query = (
            select(Product, Category.name, func.coalesce(StockLevel.quantity, 0))
            .join(Category)
            .outerjoin(StockLevel, StockLevel.product_id == Product.id)
            .where(Product.sku_folded.in_(chunk))
        )
        for product, category, level in session.execute(query):
            found[product.sku_folded or ""] = _Held(
                *(product.id, product.sku, product.name, product.kind, category),
                *(product.counted, level),
            )
    return found


def _kind(sku: str, held: dict[str, _Held]) -> ProductKind:
    if sku in held:
        return ProductKind(held[sku].kind)
    return ProductKind.service if is_service(sku) else ProductKind.stocked


def _planned(
    sku: str, code: str, name: str | None, price: int | None, held: _Held | None
) -> PlannedProduct:
    if held is not None:
        kind = ProductKind(held.kind)
        return PlannedProduct(
            held.id, held.sku, held.name, 0, kind, held.category, held.counted, held.level
        )
    kind = ProductKind.service if is_service(sku) else ProductKind.stocked
    return PlannedProduct(None, code, name or code, price or 0, kind, None, True, 0)


def _customers(session: ReadSession, staging: Staging) -> dict[str, tuple[int | None, str]]:
    named = dict(staging.customers())
    held: dict[str, int] = {}
    for chunk in in_chunks(named):
        query = select(Customer.number_folded, Customer.id).where(Customer.number_folded.in_(chunk))
        held |= {key: id_ for key, id_ in session.execute(query) if key}
    return {key: (held.get(key), number) for key, number in named.items()}


def _openings(
    session: ReadSession,
    staging: Staging,
    products: dict[str, PlannedProduct],
    first: datetime | None,
) -> tuple[dict[str, int], dict[str, int]]:
    """The least that keeps each level from falling below zero, now and at any past time."""
    known = {product.id: sku for sku, product in products.items() if product.id is not None}
    if first is not None:
        for chunk in in_chunks(known):
            staging.remember(_past(session, chunk, known, first))
    openings, corrections = {}, {}
    for sku, lowest, alone in staging.lowest_levels():
        product = products[sku]
        units = max(0, -lowest, -(product.level + alone))
        if product.id is None:
            openings[sku] = units
        elif units:
            corrections[sku] = units
    return openings, corrections


def _past(
    session: ReadSession, ids: Sequence[int], skus: dict[int, str], first: datetime
) -> Iterator[tuple[str, int, int, int]]:
    """The ledger of products: their sum before the file's first time, then each movement."""
    row = InventoryTransaction
    before = (
        select(row.product_id, func.sum(row.change))
        .where(row.product_id.in_(ids), row.effective_at < first)
        .group_by(row.product_id)
    )
    since = select(row.product_id, row.effective_at, row.id, row.change).where(
        row.product_id.in_(ids), row.effective_at >= first
    )
    for id_, units in session.execute(before):
        yield (skus[id_], 0, 0, int(units))
    for product_id, moment, id_, change in session.execute(since).yield_per(BATCH):
        yield (skus[product_id], to_micros(moment), id_, change)
