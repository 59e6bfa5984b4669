"""The four files, of which each holds one table."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from common.importing.records import sqlite
from common.importing.records.shapes import Kind
from common.importing.records.sqlite import SQLiteSource
from common.importing.records.tables import Row, SourceTable, SourceUnusable

CUSTOMERS = SourceTable(
    Kind.customers, ("customers", "customer"), ("customer_id",), ("name", "address")
)
PRODUCTS = SourceTable(
    Kind.products, ("products", "product"), ("product_id", "quantity", "price"), ("product_name",)
)
ORDERS = SourceTable(
    *(Kind.orders, ("orders", "order")),
    *(("order_id", "customer_id", "order_total"), ("order_date",)),
)
LINES = SourceTable(
    *(Kind.lines, ("order_lines", "order_line")),
    *(("order_line_id", "order_id", "product_id", "quantity", "line_total"), ()),
)
FILES = {
    "customer.db": CUSTOMERS,
    "product.db": PRODUCTS,
    "order.db": ORDERS,
    "order_line.db": LINES,
}


class FourFiles:
    """Each table is that of its own file."""

    def __init__(self, files: Mapping[Kind, SQLiteSource]) -> None:
        self._files = files

    def count(self, table: SourceTable) -> int:
        """How many rows the table has."""
        return self._files[table.kind].count(table)

    def rows(self, table: SourceTable) -> Iterator[Row]:
        """Every row."""
        return self._files[table.kind].rows(table)


@contextmanager
def opened(folder: Path) -> Iterator[FourFiles]:
    """The files in the folder, each in one state; raises SourceUnusable."""
    try:
        if not folder.is_dir():
            raise SourceUnusable(f"There is no folder {folder}.")
        missing = [name for name in FILES if not (folder / name).exists()]
    except OSError as failed:  # a folder that one may not look into
        raise SourceUnusable(f"{folder} cannot be read: {failed.strerror}.") from None
    if missing:
        raise SourceUnusable(f"There is no {', no '.join(missing)} in {folder}.")
    with ExitStack() as stack:
        yield FourFiles(
            {
                table.kind: stack.enter_context(sqlite.opened(folder / name, [table]))
                for name, table in FILES.items()
            }
        )
