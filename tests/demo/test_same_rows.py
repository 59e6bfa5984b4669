"""The sample shop: the same on every machine, of the size that was asked for, or none."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from common.catalogue import products as catalogue
from common.db.models.catalogue import Category, Product
from common.db.models.customers import Contact, Customer
from common.db.models.orders import Order, OrderLine
from common.db.models.sales import Sale
from common.db.session import Database, connect
from common.importing.demo.orders import Trade
from common.importing.demo.people import people
from common.importing.demo.shop import products
from common.importing.demo.writer import Made, ShopNotEmpty, make_demo
from common.settings import Settings
from tests.demo.rows import a_customer, contents, counted, rows


@contextmanager
def another(founded: Path, folder: Path) -> Iterator[Database]:
    folder.mkdir()
    shutil.copy(founded, folder / "daybook.db")
    database = connect(Settings(folder=folder))
    yield database
    database.dispose()


def test_the_same_seed_makes_the_same_rows(
    database: Database, founded: Path, tmp_path: Path
) -> None:
    make_demo(database, customers=60, orders=400, seed=5)
    with another(founded, tmp_path / "twin") as twin:
        make_demo(twin, customers=60, orders=400, seed=5)
        assert contents(twin) == contents(database)


def test_another_seed_makes_other_rows(database: Database, founded: Path, tmp_path: Path) -> None:
    make_demo(database, customers=60, orders=400, seed=5)
    with another(founded, tmp_path / "other") as other:
        make_demo(other, customers=60, orders=400, seed=6)
        here, there = contents(database), contents(other)
    for table in ("products", "customers", "contacts", "purchases", "orders", "order_lines"):
        assert here[table] != there[table], table


def test_chance_falls_the_same_way_everywhere() -> None:
    """Pinned: whoever changes this changes every sample shop, which is to be told."""
    found = products(1, 1000)
    trade = Trade(1, customers=100, orders=1000, products=found)
    told = "\n".join(
        (*map(str, found), *map(str, people(1, 100, len(found))), *map(str, trade.orders()))
    )
    assert hashlib.sha256(told.encode()).hexdigest() == (
        "f5640358b596541c137205c6db28be0048e0c8363de309e55c85ca2594a29352"
    )


def test_the_default_shop_comes_to_its_figures(database: Database) -> None:
    made = make_demo(database, customers=100, orders=1000, seed=1)
    assert made == Made(
        customers=100,
        products=130,
        orders=1000,
        returns=36,
        lines=2524,
        total_cents=7297428,
        currency="EUR",
    )
    assert rows(database, "SELECT count(*), sum(total_cents) FROM sales") == [(2524, 7297428)]
    assert counted(database, Customer) == 100
    assert counted(database, Product) == 130
    assert counted(database, Order) == 1000
    assert counted(database, OrderLine) == counted(database, Sale) == 2524
    assert rows(database, "SELECT count(*) FROM orders WHERE kind = 'return'") == [(36,)]


@pytest.mark.parametrize(("customers", "orders"), [(0, 0), (5, 0), (0, 5), (1, 1), (1, 300)])
def test_every_size_is_exact(database: Database, customers: int, orders: int) -> None:
    make_demo(database, customers=customers, orders=orders, seed=1)
    assert counted(database, Customer) == customers
    assert counted(database, Order) == orders
    assert counted(database, Product) >= 60
    levels = rows(database, "SELECT min(quantity), count(*) FROM stock_levels")
    assert levels[0][0] > 0
    assert levels == rows(
        database,
        f"SELECT {levels[0][0]}, count(*) FROM products WHERE kind = 'stocked'",
    )
    if not customers:
        assert rows(database, "SELECT count(*) FROM orders WHERE customer_id > 0") == [(0,)]


def test_the_shop_grows_slowly_with_its_orders() -> None:
    sizes = [len(products(1, orders)) for orders in (0, 10, 1000, 100_000, 1_000_000, 10_000_000)]
    assert sizes == [60, 88, 130, 179, 200, 200]
    for seed in range(20):
        names = [product.name for product in products(seed, 10_000_000)]
        assert len(set(names)) == 200


def a_deleted_product(database: Database) -> None:
    with database.transaction() as session:
        session.add(Category(name="toys"))
        session.flush()
        thing = {"sku": "A", "name": "A", "price_cents": 1, "kind": "service", "status": "active"}
        catalogue.add(session, Product(category_id=1, **thing))
        session.execute(text("UPDATE products SET deleted_at = created_at, sku_folded = NULL"))


def an_order(database: Database) -> None:
    make_demo(database, customers=0, orders=1, seed=3)


@pytest.mark.parametrize("fill", [a_customer, a_deleted_product, an_order])
def test_a_shop_that_is_not_empty_stays_as_it_is(database: Database, fill: Any) -> None:
    fill(database)
    before = contents(database, leave_out=set())
    with pytest.raises(ShopNotEmpty):
        make_demo(database, customers=10, orders=10, seed=1)
    assert contents(database, leave_out=set()) == before


def test_categories_and_contacts_may_be_there(database: Database) -> None:
    with database.transaction() as session:
        session.add_all([Category(name="toys"), Contact(address_line1="Somewhere 1")])
    make_demo(database, customers=30, orders=100, seed=1)
    assert counted(database, Category) == 10
    assert rows(database, "SELECT count(*) FROM customer_contacts WHERE contact_id = 1") == [(0,)]
    wrong = (
        "SELECT p.sku, c.name FROM products p JOIN categories c ON c.id = p.category_id"
        " WHERE (p.sku LIKE 'TOY-%') <> (c.name = 'toys')"
    )
    assert rows(database, wrong) == []
