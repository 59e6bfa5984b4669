"""Write new products."""

from collections.abc import Sequence
from typing import Any

from common.catalogue import categories, products
from common.catalogue.categories import CategoryName
from common.catalogue.products import ProductKind, ProductStatus
from common.db import bulk
from common.db.models.catalogue import Product
from common.db.session import Session
from common.importing.records.noting import note
from common.importing.records.shapes import Kind
from common.importing.records.staging import Staging
from common.importing.records.stocking import Ware

_AT_ONCE = 500


def write_products(
    session: Session, staging: Staging, source: str, *, keep: bool
) -> dict[int, Ware]:
    """New products of the category `other`, each under the SKU of its id; by their keys."""
    wares: dict[int, Ware] = {}
    category_id: int | None = None
    for batch in bulk.batches(staging.new_products(), _AT_ONCE):
        category_id = category_id or categories.named(session, CategoryName.other).id
        made = [_product(row, category_id, keep=keep) for row in batch]
        products.add_without_skus(session, made)
        for row, product in zip(batch, made, strict=True):
            stocked = product.kind == ProductKind.stocked
            wares[row[0]] = Ware(
                product.id, product.sku, product.name, CategoryName.other, stocked=stocked
            )
        brought = [(row[0], row[1], one.id) for row, one in zip(batch, made, strict=True)]
        note(session, source, Kind.products, brought)
        session.expunge_all()  # else they pile up
    if keep and wares:
        bulk.number_from(session, Product, max(wares))
    return wares


def _product(row: Sequence[Any], category_id: int, *, keep: bool) -> Product:
    key, _digest, name, price, level = row
    return Product(
        name=name,
        category_id=category_id,
        price_cents=price,
        kind=ProductKind.service.value if level is None else ProductKind.stocked.value,
        status=ProductStatus.active.value,
        **({"id": key} if keep else {}),
    )
