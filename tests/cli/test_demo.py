"""`daybook demo`: the same shop on every machine, whole or not at all."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from common.catalogue import products as catalogue
from common.db.base import Base
from common.db.models.catalogue import Category, Product
from common.db.models.customers import Contact, Customer, Purchase, customer_contacts
from common.db.models.inventory import InventoryTransaction, StockLevel
from common.db.models.orders import Order, OrderLine
from common.db.models.sales import Sale
from common.db.session import Database, connect
from common.importing.demo.orders import DemoLine, DemoOrder, Trade
from common.importing.demo.people import people
from common.importing.demo.shop import products
from common.importing.demo.stocking import plan_stock
from common.importing.demo.writer import Made, ShopNotEmpty, make_demo
from common.sales.states import OrderKind
from common.settings import Settings
from daybook.running import tell_addresses, the_only_one

DAYBOOK = Path(sys.executable).with_name("daybook")
# Of a new product, the first price is of the time at which it was written.
WRITTEN_AT = {"created_at", "updated_at", "recorded_at", "product_prices.effective_at"}
Row = dict[str, Any]


@contextmanager
def another(founded: Path, folder: Path) -> Iterator[Database]:
    folder.mkdir()
    shutil.copy(founded, folder / "daybook.db")
    database = connect(Settings(folder=folder))
    yield database
    database.dispose()


def contents(database: Database, leave_out: set[str] = WRITTEN_AT) -> dict[str, list[Row]]:
    """Every row of every table, without the times at which it was written."""
    found = {}
    with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            columns = [c for c in table.c if not {c.name, f"{table.name}.{c.name}"} & leave_out]
            query = select(*columns).order_by(*table.primary_key.columns)
            found[table.name] = [dict(row) for row in session.execute(query).mappings()]
    return found


def counted(database: Database, model: Any) -> int:
    with database.reading() as session:
        return len(session.execute(select(*model.__table__.primary_key.columns)).all())


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.reading() as session:
        return [tuple(row) for row in session.execute(text(query))]


def command(settings: Settings, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [DAYBOOK, "demo", *arguments],
        env={**os.environ, "DAYBOOK_FOLDER": str(settings.folder), "COLUMNS": "200"},
        cwd=settings.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(settings: Settings, *arguments: str) -> tuple[int, str, str]:
    process = command(settings, *arguments)
    try:
        out, err = process.communicate(timeout=120)
    finally:
        process.kill()
    return process.returncode, out, err


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


def a_customer(database: Database) -> None:
    with database.transaction() as session:
        session.add(Customer(name="Ada", number="1"))


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


def test_no_level_was_ever_below_zero(database: Database) -> None:
    make_demo(database, customers=50, orders=3000, seed=2)
    lowest = (
        "SELECT min(level) FROM (SELECT sum(change) OVER (PARTITION BY product_id"
        " ORDER BY effective_at, id ROWS UNBOUNDED PRECEDING) AS level"
        " FROM inventory_transactions)"
    )
    ((level,),) = rows(database, lowest)
    assert level >= 0
    assert rows(database, "SELECT min(quantity) >= 3 FROM stock_levels") == [(1,)]
    moments = [
        moment
        for (moment,) in rows(
            database, "SELECT effective_at FROM inventory_transactions ORDER BY id"
        )
    ]
    assert moments == sorted(moments)
    reasons = Counter(
        row["reason"] for row in contents(database)[InventoryTransaction.__tablename__]
    )
    assert reasons.keys() == {"opening stock", "delivery", "sale", "return"}
    assert reasons["opening stock"] == counted(database, StockLevel)


def test_stock_is_there_before_it_is_sold() -> None:
    """Also on the stroke of a new month, and for what comes back in the month it left."""
    found = products(1, 0)

    def order(units: int, *moment: int) -> DemoOrder:
        kind = OrderKind.sale if units > 0 else OrderKind.return_
        return DemoOrder(kind, None, datetime(*moment, tzinfo=UTC), [DemoLine(0, units)])

    orders = [
        order(500, 2025, 1, 1),
        order(-500, 2025, 1, 31),
        order(900, 2025, 2, 1),
        order(-2, 2025, 2, 28),
        order(77, 2025, 12, 31, 23, 59, 59),
    ]
    plan = plan_stock(found, orders, lambda _steps: None)
    events = [
        *((come.moment, 0, come.units.get(0, 0)) for come in plan.deliveries),
        *((order.moment, 1, -order.lines[0].quantity) for order in orders),
    ]
    level, levels = 0, []
    for _, _, change in sorted(events):
        level += change
        levels.append(level)
    assert min(levels) == found[0].spare
    assert level < found[0].spare + 20
    assert plan.reorder_points[0] == (500 - 500 + 900 - 2 + 77) // 26


def test_returns_bring_back_what_that_customer_bought(database: Database) -> None:
    make_demo(database, customers=40, orders=5000, seed=3)
    found = contents(database)
    lines: dict[int, list[Row]] = {}
    for line in found["order_lines"]:
        lines.setdefault(line["order_id"], []).append(line)
    held: Counter[tuple[int | None, int]] = Counter()
    for order in found["orders"]:
        assert (order["kind"] == "return") == (order["total_cents"] < 0)
        assert 1 <= len(lines[order["id"]]) <= 5
        assert len({line["product_id"] for line in lines[order["id"]]}) == len(lines[order["id"]])
        for line in lines[order["id"]]:
            key = (order["customer_id"], line["product_id"])
            held[key] += line["quantity"]
            assert held[key] >= 0
            assert (line["quantity"] < 0) == (order["kind"] == "return")
    kinds = Counter(order["kind"] for order in found["orders"])
    assert 0.035 < kinds["return"] / 5000 < 0.045


def test_orders_lie_in_the_year_in_its_rhythm(database: Database) -> None:
    make_demo(database, customers=40, orders=5000, seed=4)
    orders = contents(database)["orders"]
    moments = [order["order_date"] for order in orders]
    assert all(earlier <= later for earlier, later in pairwise(moments))
    assert datetime(2025, 1, 1, tzinfo=UTC) <= moments[0]
    assert moments[-1] < datetime(2026, 1, 1, tzinfo=UTC)
    months = Counter(moment.month for moment in moments)
    assert months[12] > 1.5 * months[1]
    hours = Counter(moment.hour for moment in moments)
    assert sum(hours[hour] for hour in range(6)) < sum(hours[hour] for hour in range(18, 21))
    weekdays = Counter(moment.weekday() for moment in moments)
    assert weekdays[6] > weekdays[1]
    assert [order["number"] for order in orders] == [str(100_001 + n) for n in range(5000)]
    states = {(o["status"], o["payment_status"], o["fulfilment_status"]) for o in orders}
    assert states == {("closed", "paid", "shipped"), ("closed", "refunded", "shipped")}
    anonymous = sum(order["customer_id"] is None for order in orders)
    assert 50 < anonymous < 250


def test_customers_are_people_of_several_countries(database: Database) -> None:
    make_demo(database, customers=700, orders=2000, seed=1)  # more than one batch
    found = contents(database)
    customers = {customer["id"]: customer for customer in found["customers"]}
    for customer in customers.values():
        assert customer["name"] == f"{customer['first_name']} {customer['last_name']}"
        local, _, host = customer["email"].partition("@")
        assert local == customer["username"]
        assert customer["username"].isascii()
        assert host in {"example.com", "example.org", "example.net"}
        assert customer["number"].isdigit()
    assert len({customer["country"] for customer in customers.values()}) == 10
    assert any(not customer["name"].isascii() for customer in customers.values())
    for order in found["orders"]:
        known = customers.get(order["customer_id"])
        assert order["country"] == (known and known["country"])
    times = Counter(order["customer_id"] for order in found["orders"])
    assert times[1] > 5 * times[500]


def test_contacts_are_many_to_many(database: Database) -> None:
    # also where a household comes in two batches, of 500 each
    seed = next(seed for seed in range(100) if [*people(seed, 501, 60)][500].shares)
    make_demo(database, customers=501, orders=0, seed=seed)
    with database.reading() as session:
        links = session.execute(select(customer_contacts)).all()
    of_customer = Counter(link.customer_id for link in links)
    of_contact = Counter(link.contact_id for link in links)
    assert set(of_customer.values()) == {1, 2}
    assert set(of_contact.values()) == {1, 2}
    assert len(of_customer) == 501
    found = people(seed, 501, 60)
    assert len(of_contact) == sum(len(known.contacts) - known.shares for known in found)
    assert counted(database, Contact) == len(of_contact)
    strangers = (
        "SELECT c.id FROM customers c JOIN customer_contacts l ON l.customer_id = c.id"
        " JOIN contacts t ON t.id = l.contact_id WHERE t.country <> c.country"
    )
    assert rows(database, strangers) == []
    # who share a contact live there, and the earlier one's is the later one's first
    homeless = (
        "SELECT c.id FROM customers c WHERE NOT EXISTS (SELECT 1 FROM customer_contacts l"
        " JOIN contacts t ON t.id = l.contact_id WHERE l.customer_id = c.id"
        " AND c.address = t.address_line1 || ', ' || t.postal_code || ' ' || t.city)"
    )
    assert rows(database, homeless) == []


def test_purchases_name_products(database: Database) -> None:
    make_demo(database, customers=300, orders=10, seed=1)
    assert 60 < counted(database, Purchase) < 240
    wrong = (
        "SELECT u.id FROM purchases u JOIN products p ON p.id = u.product_id"
        " WHERE u.purchase_name <> p.name OR u.quantity NOT BETWEEN 1 AND 3"
        " OR u.purchased_on < '2025-01-01' OR u.purchased_on >= '2026-01-01'"
    )
    assert rows(database, wrong) == []


def test_products_are_plausible(database: Database) -> None:
    make_demo(database, customers=10, orders=2000, seed=1)
    found = contents(database)
    assert len({product["category_id"] for product in found["products"]}) == 10
    for product in found["products"]:
        assert product["price_cents"] % 10 == 9
        assert 39 <= 100 * product["cost_cents"] / product["price_cents"] <= 60
        assert (product["reorder_point"] is None) == (product["kind"] == "service")
    kinds = Counter(product["kind"] for product in found["products"])
    assert kinds["service"] == 4
    moved = {row["product_id"] for row in found["inventory_transactions"]}
    assert moved == {p["id"] for p in found["products"] if p["kind"] == "stocked"}
    sold = {line["product_id"] for line in found["order_lines"]}
    assert len(sold) > 0.95 * len(found["products"])


def test_money_is_in_the_currency_of_the_shop(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE shop SET currency = 'SEK'"))
    assert make_demo(database, customers=1, orders=1, seed=1).currency == "SEK"


def test_the_command_tells_what_it_made(settings: Settings, database: Database) -> None:
    code, out, err = run(settings)
    assert (code, err) == (0, "")
    told, *further = out.splitlines()
    assert told == (
        "Made 100 customers, 130 products, 1,000 orders (36 of them returns):"
        " 2,524 lines, 72,974.28 EUR."
    )
    assert further == [
        "The first thing to try:",
        "  .venv/bin/daybook report customer-orders --customer 10001",
    ]
    assert counted(database, Order) == 1000


def test_the_command_fills_a_shop_that_runs(settings: Settings, shop: dict[str, str]) -> None:
    with the_only_one(settings):
        tell_addresses(settings, shop)
        code, out, err = run(settings, "--customers", "3", "--orders", "40")
    assert (code, err) == (0, "")
    address = f"{shop['gateway']}/report/customer-orders?customer_id=1"
    assert out.splitlines()[-1] == f"  curl '{address}'"
    with urllib.request.urlopen(address) as answer:
        assert len(json.load(answer)) > 0


def test_the_command_invites_to_no_report_of_nobody(settings: Settings, database: Database) -> None:
    code, out, err = run(settings, "--customers", "0", "--orders", "0", "--seed", "9")
    assert (code, err) == (0, "")
    assert (
        out == "Made 0 customers, 60 products, 0 orders (0 of them returns): 0 lines, 0.00 EUR.\n"
    )


def test_the_command_refuses_a_shop_with_records(settings: Settings, database: Database) -> None:
    a_customer(database)
    before = contents(database, leave_out=set())
    code, out, err = run(settings)
    assert (code, out) == (1, "")
    assert err == (
        "daybook: The shop is not empty, so it was left as it is: sample data goes only into a"
        " shop without products, customers and orders. DAYBOOK_FOLDER names another folder,"
        " DATABASE_URL another database.\n"
    )
    assert contents(database, leave_out=set()) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("--customers", "-1"),
        ("--customers", "10000001"),
        ("--orders", "-1"),
        ("--orders", "10000001"),
        ("--orders", "many"),
        ("--seed", "1.5"),
        ("--seed", "-1"),
        ("--seed", ""),
    ],
)
def test_figures_that_cannot_be_are_refused(
    settings: Settings, database: Database, arguments: tuple[str, str]
) -> None:
    before = contents(database, leave_out=set())
    code, out, err = run(settings, *arguments)
    assert (code, out) == (2, "")
    assert f"Invalid value for '{arguments[0]}'" in err
    assert "Traceback" not in err
    assert contents(database, leave_out=set()) == before


def wait_until_it_writes(process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + 60
    while not (log.exists() and log.stat().st_size > 5_000_000):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_what_is_interrupted_leaves_nothing(
    settings: Settings, database: Database, end: signal.Signals
) -> None:
    before = contents(database, leave_out=set())
    process = command(settings, "--customers", "10", "--orders", "100000")
    try:
        wait_until_it_writes(process, settings.folder / "daybook.db-wal")
        process.send_signal(end)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode != 0
    assert "Made" not in out
    assert "Traceback" not in err
    assert contents(database, leave_out=set()) == before
    assert make_demo(database, customers=2, orders=3, seed=1).orders == 3


def test_a_failure_in_the_middle_leaves_nothing(settings: Settings, database: Database) -> None:
    before = contents(database, leave_out=set())
    with database.transaction() as session:
        session.execute(
            text(
                "CREATE TRIGGER full_disk BEFORE INSERT ON orders WHEN NEW.number = '100950'"
                " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            )
        )
    code, out, err = run(settings)
    assert (code, out) == (1, "")
    told = "The database failed, so nothing was written: database or disk is full."
    assert err == f"daybook: {told}\n"
    assert contents(database, leave_out=set()) == before
