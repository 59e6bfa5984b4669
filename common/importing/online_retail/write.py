"""Write what a plan says into the shop, in the caller's transaction."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple

from common.catalogue import categories, products
from common.catalogue.categories import CategoryName
from common.catalogue.products import ProductKind
from common.db import bulk, shop
from common.db.models.catalogue import Product
from common.db.models.customers import Customer
from common.db.models.imports import ImportRef
from common.db.session import Session
from common.importing.micros import from_micros
from common.importing.online_retail.plan import CURRENCY, SOURCE, Plan, PlannedProduct
from common.importing.online_retail.staging import Staging
from common.importing.progress import Progress
from common.sales.history import OrderHistory, PastLine, PastOrder
from common.sales.states import OrderKind
from common.stock.history import Ledger, PastMovement
from common.times import now

_REF = ("source", "kind", "key", "id", "digest")
# The opening stock was there just before the first invoice.
JUST_BEFORE = timedelta(seconds=1)


class Invoice(NamedTuple):
    """What an invoice is known by: its folded number, and the digest of its lines."""

    key: str
    digest: str


class Writer:
    """The ids and names that one import needs while it writes."""

    def __init__(self, session: Session, staging: Staging, plan: Plan, progress: Progress) -> None:
        self._session, self._staging, self._plan = session, staging, plan
        self._progress = progress
        self._now = now()
        self._category = CategoryName.other.value
        self._product_ids: dict[str, int] = {}
        self._customer_ids: dict[str, int] = {}

    def write(self) -> None:
        """Everything, in the order in which one thing refers to another.

        The session has been prepared for bulk writes.
        """
        if self._plan.takes_currency:
            shop.the_shop(self._session).currency = CURRENCY
        self._write_products()
        self._write_customers()
        figures = self._staging.figures()
        self._progress.phase("Writing", figures["order_lines"] + figures["movements"])
        first_line_id = self._write_orders()
        self._write_stock(first_line_id)

    def _write_products(self) -> None:
        planned = self._plan.products
        self._product_ids = {sku: p.id for sku, p in planned.items() if p.id is not None}
        new = {sku: p for sku, p in planned.items() if p.id is None}
        if not new:
            return
        category = categories.named(self._session, CategoryName.other)
        made = {sku: _product(product, category.id) for sku, product in new.items()}
        products.add_all(self._session, list(made.values()))
        self._product_ids |= {sku: product.id for sku, product in made.items()}

    def _write_customers(self) -> None:
        planned = self._plan.customers
        self._customer_ids = {key: id_ for key, (id_, _) in planned.items() if id_ is not None}
        made = {
            key: Customer(number=number, name=f"Customer {number}")
            for key, (id_, number) in planned.items()
            if id_ is None
        }
        self._session.add_all(made.values())
        self._session.flush()  # for their ids
        self._customer_ids |= {key: customer.id for key, customer in made.items()}

    def _write_orders(self) -> int:
        """The orders with their lines and sales; the id of the first line."""
        history = OrderHistory(self._session, self._now)
        invoices: list[Invoice] = []
        for lines in history.append(self._orders(invoices)):
            self._progress.advance(lines)
        self._note("order", enumerate(invoices, start=history.first_order_id))
        return history.first_line_id

    def _orders(self, invoices: list[Invoice]) -> Iterator[PastOrder]:
        """The orders; `invoices` gets, one after the other, those that they were."""
        for head, rows in groupby(self._staging.order_lines(), key=lambda row: row[:7]):
            number, kind, customer, country, micros, *invoice = head
            invoices.append(Invoice(*invoice))
            yield PastOrder(
                number=number,
                kind=OrderKind(kind),
                customer_id=self._customer_ids[customer] if customer else None,
                country=country,
                order_date=from_micros(micros),
                lines=[self._line(*row[7:]) for row in rows],
            )

    def _line(self, sku: str, description: str, quantity: int, price: int, total: int) -> PastLine:
        product = self._plan.products[sku]
        return PastLine(
            product_id=self._product_ids[sku],
            sku=product.sku,
            product_name=description or product.name,
            category=product.category or self._category,
            quantity=quantity,
            unit_price_cents=price,
            line_total_cents=total,
        )

    def _write_stock(self, first_line_id: int) -> None:
        stocked = {s: p for s, p in self._plan.products.items() if p.kind is ProductKind.stocked}
        ids = self._product_ids
        levels = {ids[sku]: p.level for sku, p in stocked.items() if p.id is not None}
        uncounted = frozenset(ids[sku] for sku, p in stocked.items() if not p.counted)
        ledger = Ledger(self._session, levels, uncounted, self._now)
        for _ in ledger.append(self._openings()):
            pass
        invoices: list[Invoice | None] = []
        written_off: set[str] = set()
        for batch in ledger.append(self._movements(first_line_id, invoices)):
            self._note_write_offs(batch, invoices, written_off)
            invoices.clear()
            self._progress.advance(len(batch))
        ledger.close()

    def _openings(self) -> Iterator[PastMovement]:
        if self._plan.first_moment is None:
            return
        before = self._plan.first_moment - JUST_BEFORE
        for reason, units in (
            ("opening stock", self._plan.openings),
            ("correction by import", self._plan.corrections),
        ):
            for sku, change in units.items():
                yield PastMovement(self._product_ids[sku], change, reason, None, None, before)

    def _movements(
        self, first_line_id: int, write_offs: list[Invoice | None]
    ) -> Iterator[PastMovement]:
        """The movements; of each, `write_offs` gets its invoice if it wrote stock off."""
        rows = self._staging.movements()
        for sku, change, description, number, kind, micros, nth, *invoice in rows:
            write_offs.append(Invoice(*invoice) if nth is None else None)
            yield PastMovement(
                product_id=self._product_ids[sku],
                change=change,
                reason=kind if nth is not None else description or "write-off",
                reference=number,
                order_line_id=None if nth is None else first_line_id + nth,
                effective_at=from_micros(micros),
            )

    def _note_write_offs(
        self, ids: list[int], invoices: list[Invoice | None], known: set[str]
    ) -> None:
        """Of an invoice that wrote off several lines, the first one stands for it."""
        found: dict[Invoice, int] = {}
        for id_, invoice in zip(ids, invoices, strict=True):
            if invoice is not None and invoice.key not in known:
                found.setdefault(invoice, id_)
        known.update(invoice.key for invoice in found)
        self._note("write_off", ((id_, invoice) for invoice, id_ in found.items()))

    def _note(self, kind: str, records: Iterable[tuple[int, Invoice]]) -> None:
        """Remember from which invoices records came."""
        rows = ((SOURCE, kind, invoice.key, id_, invoice.digest) for id_, invoice in records)
        for batch in bulk.batches(rows):
            bulk.write(self._session, ImportRef, _REF, batch)


def _product(planned: PlannedProduct, category_id: int) -> Product:
    return Product(
        sku=planned.sku,
        name=planned.name,
        category_id=category_id,
        price_cents=planned.price,
        kind=planned.kind.value,
        status="active",
    )
