"""The sample shop is like one that people run."""

from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

from sqlalchemy import select, text

from common.db.models.customers import Contact, Purchase, customer_contacts
from common.db.models.inventory import InventoryTransaction, StockLevel
from common.db.session import Database
from common.importing.demo.orders import DemoLine, DemoOrder
from common.importing.demo.people import people
from common.importing.demo.shop import products
from common.importing.demo.stocking import plan_stock
from common.importing.demo.writer import make_demo
from common.sales.states import OrderKind
from tests.demo.rows import Row, contents, counted, rows


def test_no_level_was_ever_below_zero(database: Database) -> None:
    make_demo(database, customers=50, orders=3000, seed=2)
    lowest = (
        "SELECT min(level) FROM (SELECT sum(change) OVER (PARTITION BY product_id"
        " ORDER BY effective_at, id ROWS UNBOUNDED PRECEDING) AS level"
        " FROM inventory_transactions) AS levels"
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
