"""Whatever four databases hold: every row is accounted for, and all numbers agree."""

import csv
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from source_databases import FOUR, loose, make_four
from sqlalchemy import func, select

from common.checks import check
from common.db import files
from common.db.base import Base
from common.db.models.catalogue import Product
from common.db.models.customers import Customer
from common.db.models.orders import Order, OrderLine
from common.db.session import Database
from common.importing.four_databases import importer

MODELS = {"customers": Customer, "products": Product, "orders": Order, "order_lines": OrderLine}

junk = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(codec="utf-8"), max_size=5),
    st.binary(max_size=3),
)


def mostly(sound: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Now and then junk."""
    return st.integers(0, 24).flatmap(lambda dice: junk if dice == 0 else sound)


keys = mostly(st.integers(1, 6))
names = mostly(st.sampled_from(["Ann", "Bob", "ẞ", "x" * 200]))
dates = mostly(st.sampled_from(["2024-05-01", "2024-05-01 10:00", "2023-12-31T23:59:59.5+02:00"]))
customers = st.tuples(keys, names, mostly(st.none()))
products = st.tuples(keys, names, mostly(st.integers(0, 9)), mostly(st.sampled_from([0.0, 3.1])))
lines = st.tuples(
    *(keys, keys, mostly(st.integers(1, 3)), mostly(st.sampled_from([0.1, 2.675, 7.0])))
)


@st.composite
def sources(draw: st.DrawFn) -> dict[str, list[tuple[Any, ...]]]:
    orders, order_lines = [], []
    for _ in range(draw(st.integers(0, 5))):
        key, own = draw(keys), draw(st.lists(lines, max_size=3))
        total = sum(line[3] for line in own if isinstance(line[3], float))
        customer = draw(st.one_of(st.none(), keys))
        orders.append((key, customer, draw(dates), draw(mostly(st.just(total)))))
        for line_id, product, quantity, line_total in own:
            order_lines.append((line_id, key, product, quantity, line_total))
    return {
        "customers": draw(st.lists(customers, max_size=5)),
        "products": draw(st.lists(products, max_size=5)),
        "orders": orders,
        "order_lines": draw(st.permutations(order_lines)),
    }


def rows(database: Database) -> dict[str, list[Any]]:
    with database.reading() as session:
        assert check(session).failures == {}
        return {
            table.name: list(session.execute(select(table).order_by(*table.primary_key)))
            for table in Base.metadata.sorted_tables
        }


def prove(database: Database, folder: Path) -> None:
    told = importer.run(database, folder, rejects=folder / "rejects.csv")
    with (folder / "rejects.csv").open(newline="") as file:
        rejects = [row["table"] for row in csv.DictReader(file)]
    first = rows(database)
    with database.reading() as session:
        for name, counts in told.tables.items():
            assert counts.read == counts.written + sum(counts.rejected.values())
            assert rejects.count(name) == sum(counts.rejected.values())
            held = session.scalar(select(func.count()).select_from(MODELS[name]))
            assert held == counts.written
    again = importer.run(database, folder)
    for name, counts in again.tables.items():
        before = told.tables[name]
        assert (counts.read, counts.written, counts.before) == (before.read, 0, before.written)
        assert sum(counts.rejected.values()) == sum(before.rejected.values())
    assert rows(database) == first


def test_every_row_is_accounted_for(founded: Path, tmp_path: Path) -> None:
    shop = tmp_path / "daybook.db"
    with files.opened(shop) as database:  # once, for it knows the statements from then on

        @given(source=sources())
        @settings(max_examples=25, deadline=None)
        def prove_of(source: dict[str, Any]) -> None:
            database.dispose()
            for left in files.left_beside(shop):
                left.unlink()
            shutil.copy(founded, shop)
            with TemporaryDirectory() as folder:
                prove(database, make_four(Path(folder), source, loose(FOUR)))

        prove_of()
