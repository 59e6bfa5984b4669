"""Orders a second by POST /orders, against a bare loop that writes the same rows.

    python benchmarks/ordering.py [SECONDS]

Each order has three lines of a catalogue of 200 products; the bare loop commits each order
in a transaction of its own, as durably. Rounds are interleaved, medians told.
"""

import http.client
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

DAYBOOK = Path(sys.executable).parent / "daybook"
APPS = ("products", "sales", "customers", "gateway")
ROUNDS = 3
MOMENT = "2026-01-01 00:00:00.000000"


def one_client(url: str, seconds: float, seed: int) -> int:
    dice, count = random.Random(seed), 0
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        lines = [{"product_id": dice.randint(1, 200), "quantity": 1} for _ in range(3)]
        body = json.dumps({"lines": lines})
        connection.request("POST", "/orders", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        assert response.status == 201
        count += 1
    return count


def clients(url: str, seconds: float, count: int) -> float:
    with ThreadPoolExecutor(count) as pool:
        made = list(pool.map(lambda seed: one_client(url, seconds, seed), range(count)))
    return sum(made) / seconds


def durable(file: Path) -> sqlite3.Connection:
    """The file as Daybook opens it."""
    database = sqlite3.connect(file, isolation_level=None, timeout=60)
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        database.execute(f"PRAGMA {pragma}")
    return database


def bare(file: Path, seconds: float) -> float:
    """The statements of an order, without anything around them."""
    dice, count, database = random.Random(0), 0, durable(file)
    run, end = database.execute, time.perf_counter() + seconds
    while time.perf_counter() < end:
        run("BEGIN IMMEDIATE")
        order = run(
            "INSERT INTO orders (number, number_folded, search, kind, status, payment_status,"
            " fulfilment_status, order_date, total_cents, created_at, updated_at, version)"
            " SELECT 'B-' || n, 'b-' || n, 'b-' || n, 'sale', 'placed', 'unpaid',"
            " 'unfulfilled', ?, 930, ?, ?, 1 FROM (SELECT coalesce(max(id), 0) + 1 n FROM orders)",
            (MOMENT,) * 3,
        ).lastrowid
        for product in sorted(dice.randint(1, 200) for _ in range(3)):
            line = run(
                "INSERT INTO order_lines (order_id, product_id, sku, product_name, quantity,"
                " unit_price_cents, line_total_cents) SELECT ?, id, sku, name, 1, 310, 310"
                " FROM products WHERE id = ?",
                (order, product),
            ).lastrowid
            run(
                "INSERT INTO sales (order_line_id, order_id, product_id, product_name, category,"
                " kind, quantity, unit_price_cents, total_cents, sold_at)"
                " SELECT ?, ?, id, name, 'toys', 'sale', 1, 310, 310, ?"
                " FROM products WHERE id = ?",
                (line, order, MOMENT, product),
            )
            run("UPDATE stock_levels SET quantity = quantity - 1 WHERE product_id = ?", (product,))
            run(
                "INSERT INTO inventory_transactions (product_id, change, quantity, reason,"
                " reference, order_line_id, effective_at, recorded_at) SELECT product_id, -1,"
                " quantity, 'sale', ?, ?, ?, ? FROM stock_levels WHERE product_id = ?",
                (f"B-{order}", line, MOMENT, MOMENT, product),
            )
        run("COMMIT")
        count += 1
    database.close()
    return count / seconds


def main(seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ports = {f"DAYBOOK_{name.upper()}_PORT": "0" for name in APPS}
        environment = {**os.environ, **ports, "DAYBOOK_FOLDER": folder}
        shop = subprocess.Popen(
            [DAYBOOK, "start"], env=environment, stdout=subprocess.PIPE, text=True
        )
        assert shop.stdout is not None
        told = dict(line.split()[:2] for line in (next(shop.stdout) for _ in range(5)))
        products, sales = (told[name].removesuffix("/docs") for name in ("products", "sales"))
        connection = http.client.HTTPConnection(urlsplit(products).netloc)

        def post(path: str, body: dict[str, object]) -> None:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", path, json.dumps(body), headers)
            assert connection.getresponse().read()

        post("/categories", {"name": "toys"})
        for number in range(200):
            product = {"sku": f"P{number}", "name": f"Toy {number}", "category_id": 1}
            post("/products", product | {"price_cents": 310, "quantity": 10**9})
        figures: dict[str, list[float]] = {"1 client": [], "8 clients": [], "bare loop": []}
        for _ in range(ROUNDS):
            figures["1 client"].append(clients(sales, seconds, 1))
            figures["8 clients"].append(clients(sales, seconds, 8))
            figures["bare loop"].append(bare(Path(folder) / "daybook.db", seconds))
        shop.terminate()
        shop.wait()
    for name, found in figures.items():
        pairs = zip(found, figures["bare loop"], strict=True)
        ratio = median(one / other for one, other in pairs)
        print(f"{name:<10} {median(found):7.0f} orders/s, {ratio:.2f} of the bare loop")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 3.0)
