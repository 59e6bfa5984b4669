"""Stock as it was: milliseconds of a page and of all products, after a year of movements.

python benchmarks/history.py [MOVEMENTS] [PRODUCTS] [ROUNDS]

In a database of its own on SQLite, or in the empty one that DATABASE_URL names. The instants
are the last ones of twelve days in the midst of a month, one in each month.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

from fastapi.testclient import TestClient

from common.catalogue import categories, products
from common.catalogue.categories import CategoryName
from common.checks import check
from common.db import bulk
from common.db.models.catalogue import Product
from common.db.session import Database, connect
from common.db.shop import found
from common.db.upgrade import upgrade
from common.settings import Settings
from common.stock.history import Ledger, PastMovement
from common.times import now
from products_service.main import create_app

YEAR = 2025
START = datetime(YEAR, 1, 1, tzinfo=UTC)
DICE = Random(7)  # a throw of dice


def movements(ids: list[int], count: int) -> Iterator[PastMovement]:
    """Opening stock of each, then units that go, of a few products more often, and come back."""
    for id_ in ids:
        yield PastMovement(id_, 1_000_000, "opening stock", None, None, START)
    pause = timedelta(days=364) / count
    for number in range(count - len(ids)):
        id_ = ids[min(DICE.randrange(len(ids)), DICE.randrange(len(ids)))]
        change = -DICE.randint(1, 12) if number % 50 else 200
        reason = "sale" if change < 0 else "delivery"
        yield PastMovement(id_, change, reason, f"O-{number}", None, START + pause * number)


def write(database: Database, count: int, wares: int) -> None:
    with database.transaction() as session:
        bulk.prepare(session)
        category = categories.named(session, CategoryName.other)
        made = [
            Product(
                sku=f"P{number:05}",
                name=f"Product {number}",
                category_id=category.id,
                price_cents=100 + number,
                cost_cents=50 + number,
                kind="stocked",
                status="active",
            )
            for number in range(wares)
        ]
        products.add_all(session, made)
        ledger = Ledger(session, {}, frozenset(), now())
        for _ in ledger.append(movements([product.id for product in made], count)):
            pass
        ledger.close()


def timed(what: str, ask: Callable[[str], int], rounds: int) -> None:
    took, rows = [], 0
    for number in range(rounds):
        day = datetime(YEAR, 1 + number % 12, 16, 23, 59, 59, 999_999, tzinfo=UTC)
        began = time.perf_counter()
        rows = ask(day.isoformat().replace("+00:00", "Z"))
        took.append((time.perf_counter() - began) * 1000)
    print(f"{what}: median {median(took):.0f} ms, most {max(took):.0f} ms, {rows} rows")


def all_pages(client: TestClient, as_of: str) -> int:
    page = client.get("/inventory", params={"as_of": as_of, "limit": 1000})
    rows = len(page.json())
    while "next" in page.links:
        page = client.get(page.links["next"]["url"])
        rows += len(page.json())
    return rows


def measure(client: TestClient, rounds: int) -> None:
    def page(as_of: str, **asked: object) -> int:
        return len(client.get("/inventory", params={"as_of": as_of, **asked}).json())

    def one(as_of: str) -> int:
        return len([client.get("/products/1/inventory", params={"as_of": as_of}).json()])

    timed("page of 1,000, by key", lambda as_of: page(as_of, limit=1000), rounds)
    timed("page of 1,000, counted", page, rounds)
    timed("all products", lambda as_of: all_pages(client, as_of), rounds)
    timed("25 by value", lambda as_of: page(as_of, _sort="value_at_cost_cents", _end=25), rounds)
    timed("one product", one, rounds)
    explained = "/products/1/inventory/explain"
    timed("explained", lambda _: len(client.get(explained).json()["recent_movements"]), rounds)


def main(count: int, wares: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(folder=Path(folder), threads=4)
        database = connect(settings)
        upgrade(database)
        with database.transaction() as session:
            found(session, settings)
        began = time.perf_counter()
        write(database, count, wares)
        took = time.perf_counter() - began
        print(f"{database.engine.dialect.name}: {count} movements written in {took:.1f} s")
        with TestClient(create_app(settings), base_url="http://localhost") as client:
            measure(client, rounds)
        began = time.perf_counter()
        with database.reading() as session:
            assert check(session).ok
        print(f"checked in {time.perf_counter() - began:.1f} s")
        database.dispose()


if __name__ == "__main__":
    asked = [*map(int, sys.argv[1:]), *(500_000, 4_000, 12)[len(sys.argv) - 1 :]]
    main(*asked)
