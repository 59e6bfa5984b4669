"""Nothing refers to what is not there, whether or not the database guards it."""

from collections.abc import Iterator

from sqlalchemy import ForeignKey, Table, literal, select

from common.checks.invariant import Invariant
from common.db import models
from common.db.base import Base, Identified
from common.db.models.imports import ImportRef
from common.db.models.inventory import InventoryTransaction
from common.db.models.orders import Order

assert models.__all__  # importing the package completes the metadata

_IMPORTED: dict[str, type[Identified]] = {
    "order": Order,
    "write_off": InventoryTransaction,
}


def _of_tables() -> Iterator[Invariant]:
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            yield _of_key(table, key)


def _of_key(table: Table, key: ForeignKey) -> Invariant:
    parent = key.column.table.alias("parent")
    target = parent.c[key.column.name]
    row = next(iter(table.primary_key.columns))
    return Invariant(
        f"each {table.name}.{key.parent.name} exists",
        select(literal(table.name), row, literal(key.parent.name), key.parent)
        .select_from(table.outerjoin(parent, key.parent == target))
        .where(key.parent.is_not(None), target.is_(None)),
        "{} {} names {} {}, which does not exist",
    )


def _of_imports() -> Iterator[Invariant]:
    for kind, model in _IMPORTED.items():
        yield Invariant(
            f"each {kind} that was imported exists",
            select(ImportRef.source, ImportRef.key, ImportRef.id)
            .outerjoin(model, model.id == ImportRef.id)
            .where(ImportRef.kind == kind, model.id.is_(None)),
            f"{{}} {{}} was imported as {kind} {{}}, which does not exist",
        )


INVARIANTS = (*_of_tables(), *_of_imports())
