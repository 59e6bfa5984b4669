"""What the four databases of system 0 become, to the last figure."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from source_databases import ANN, BOB, CUP, FOUR, TEA, TRADE, loose, make_four

from common.db.session import Database
from common.importing.four_databases import importer
from common.importing.records.outcome import Counts, Outcome

Bring = Callable[..., Outcome]
Json = dict[str, Any]
TOLD = Outcome(
    tables={
        "customers": Counts(read=2, written=2),
        "products": Counts(read=2, written=2),
        "orders": Counts(read=2, written=2),
        "order_lines": Counts(read=3, written=3),
    },
    total_cents=620 + 726 + 620,
    opening_units=9 + 1,
    corrected_units=0,
    currency="EUR",
)


@pytest.fixture
def bring(database: Database, tmp_path: Path) -> Bring:
    """Imports rows into the test's shop; those that are not named are of TRADE."""

    def run(
        tables: Any = FOUR,
        zone: ZoneInfo | None = None,
        rejects: Path | None = None,
        **rows: Any,
    ) -> Outcome:
        folder = make_four(tmp_path / "old", TRADE | rows, tables)
        return importer.run(database, folder, zone=zone, rejects=rejects)

    return run


def of(records: list[Json], *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(record[field] for field in fields) for record in records]


def rejected(outcome: Outcome) -> dict[str, dict[str, int]]:
    return {name: table.rejected for name, table in outcome.tables.items() if table.rejected}


def test_an_empty_shop_keeps_every_id(
    bring: Bring, customers: TestClient, products: TestClient, sales: TestClient
) -> None:
    assert bring() == TOLD

    people = customers.get("/customers").json()
    assert of(people, "id", "number", "name", "address", "email") == [
        (11, "C-11", "Ann Lee", "1 High Street", None),
        (14, "C-14", "Bob", None, None),
    ]
    wares = products.get("/products").json()
    assert of(wares, "id", "sku", "name", "price_cents", "kind", "status", "quantity") == [
        (21, "P-21", "Tea", 310, "stocked", "active", 5),
        (23, "P-23", "Cup", 726, "stocked", "active", 0),
    ]
    assert of(products.get("/categories").json(), "name") == [("other",)]
    orders = sales.get("/orders").json()
    assert of(orders, "id", "number", "customer_id", "order_date", "total_cents", "label") == [
        (31, "O-31", 11, "2024-05-01T00:00:00Z", 1346, None),
        (34, "O-34", None, "2024-05-02T10:00:00Z", 620, None),
    ]
    states = ("kind", "status", "payment_status", "fulfilment_status", "country")
    assert set(of(orders, *states)) == {("sale", "closed", "paid", "shipped", None)}
    assert orders[0]["lines"] == [
        {
            "id": 44,
            "product_id": 23,
            "sku": "P-23",
            "product_name": "Cup",
            "quantity": 1,
            "unit_price_cents": 726,
            "line_total_cents": 726,
        },
        {
            "id": 49,
            "product_id": 21,
            "sku": "P-21",
            "product_name": "Tea",
            "quantity": 2,
            "unit_price_cents": 310,
            "line_total_cents": 620,
        },
    ]
    ledger = products.get("/products/21/inventory-transactions").json()
    told = ("change", "quantity", "reason", "reference", "effective_at")
    assert of(ledger, *told) == [
        (9, 9, "opening stock", None, "2024-04-30T23:59:59Z"),
        (-2, 7, "sale", "O-31", "2024-05-01T00:00:00Z"),
        (-2, 5, "sale", "O-34", "2024-05-02T10:00:00Z"),
    ]


def test_the_next_records_get_free_ids(
    bring: Bring, customers: TestClient, products: TestClient, sales: TestClient
) -> None:
    bring()
    assert customers.post("/customers", json={"name": "Next"}).json()["id"] > BOB[0]
    ware = {"sku": "NEXT", "name": "Next", "category_id": 1, "price_cents": 1, "quantity": 3}
    made = products.post("/products", json=ware).json()
    assert made["id"] > CUP[0]
    line = {"product_id": made["id"], "quantity": 1}
    placed = sales.post("/orders", json={"lines": [line]}).json()
    assert placed["id"] > 34
    assert placed["lines"][0]["id"] > 49


def test_lines_out_of_the_order_of_their_orders_leave_the_next_id_free(
    bring: Bring, sales: TestClient, products: TestClient
) -> None:
    many = range(1, 5002)  # more than are written at once, the highest ids first
    bring(
        orders=[(key, None, "2024-05-01", 3.1) for key in many],
        order_lines=[(9000 - key, key, 21, 1, 3.1) for key in many],
    )
    placed = sales.post("/orders", json={"lines": [{"product_id": 21, "quantity": 1}]}).json()
    assert (placed["id"], placed["lines"][0]["id"]) == (5002, 9000)


def test_tables_may_be_called_in_the_singular_and_hold_more_columns(bring: Bring) -> None:
    def more(columns: str) -> str:
        return f"{columns}, note TEXT"

    singular = {name.removesuffix("s"): more(columns) for name, columns in FOUR.items()}
    files = {
        "customer": "customers",
        "product": "products",
        "order": "orders",
        "order_line": "order_lines",
    }
    rows = {name: [(*row, "x") for row in TRADE[files[name]]] for name in singular}
    assert bring(singular, **rows) == TOLD


DATES = {
    "2024-07-01": "2024-06-30T22:00:00Z",
    "2024-07-01 10:30": "2024-07-01T08:30:00Z",
    "2024-07-01T10:30:05": "2024-07-01T08:30:05Z",
    " 2024-07-01 10:30:05.25 ": "2024-07-01T08:30:05.250000Z",
    "2024-07-01 10:30:05Z": "2024-07-01T10:30:05Z",
    "2024-07-01T10:30:05.123456789-0130": "2024-07-01T12:00:05.123456Z",
    "2024-07-01 10:30:05 +02": "2024-07-01T08:30:05Z",
    "Jul 01 2024 10:30:05": "2024-07-01T08:30:05Z",
}


def test_a_date_is_read_in_the_zone_of_the_shop(
    bring: Bring, sales: TestClient, shop_row: Callable[..., None]
) -> None:
    shop_row(time_zone="Europe/Berlin")
    bring(
        orders=[(key, 11, said, 3.1) for key, said in enumerate(DATES, start=1)],
        order_lines=[(key, key, 21, 1, 3.1) for key in range(1, len(DATES) + 1)],
    )
    orders = sales.get("/orders").json()
    assert [order["order_date"] for order in orders] == list(DATES.values())


def test_an_order_is_found_at_its_very_moment(bring: Bring, sales: TestClient) -> None:
    bring()
    midnight = {"_sort": "id", "order_date_gte": "2024-05-01T00:00:00Z"}
    found = sales.get("/orders", params=midnight | {"order_date_lte": "2024-05-01T00:00:00Z"})
    assert [each["id"] for each in found.json()] == [31]
    exactly = sales.get("/sales", params={"sold_at": "2024-05-01T00:00:00Z"}).json()
    assert [each["order_line_id"] for each in exactly] == [44, 49]


def test_a_zone_that_is_named_comes_before_the_shop_s(
    bring: Bring, sales: TestClient, shop_row: Callable[..., None]
) -> None:
    shop_row(time_zone="Europe/Berlin")
    bring(zone=ZoneInfo("America/New_York"))
    assert sales.get("/orders/31").json()["order_date"] == "2024-05-01T04:00:00Z"


def test_amounts_have_the_decimals_of_the_currency(
    bring: Bring, sales: TestClient, shop_row: Callable[..., None]
) -> None:
    shop_row(currency="JPY")
    told = bring(
        products=[(21, "Tea", 5, 310.5), CUP],
        orders=[(31, None, "2024-05-01", 621.4999)],
        order_lines=[(49, 31, 21, 2, 621.4999)],
    )
    assert (told.total_cents, told.currency) == (621, "JPY")
    (line,) = sales.get("/orders/31").json()["lines"]
    assert (line["line_total_cents"], line["unit_price_cents"]) == (621, 311)


UNSOUND: list[tuple[str, tuple[Any, ...], str]] = [
    ("customers", (None, "X", None), ",customer_id is missing"),
    ("customers", ("x-5", "X", None), "'x-5',customer_id is no whole number of 1 or more"),
    ("customers", ("=1", "X", None), "'=1',customer_id is no whole number of 1 or more"),
    ("customers", (0, "X", None), "0,customer_id is no whole number of 1 or more"),
    ("customers", (5.5, "X", None), "5.5,customer_id is no whole number of 1 or more"),
    ("customers", (2**63 - 1, "X", None), "9223372036854775807,customer_id is too large"),
    ("customers", (101, None, None), "101,name is missing"),
    ("customers", (102, " \t", None), "102,name is blank"),
    ("customers", (103, 17, None), "103,name is no text"),
    ("customers", (104, b"X", None), "104,name is no text"),
    ("customers", (105, "x" * 201, None), "105,name is longer than 200 characters"),
    ("customers", (106, "a\0b", None), "106,name holds the character NUL"),
    ("customers", (107, "X", "y" * 501), "107,address is longer than 500 characters"),
    ("products", (101, "X", "many", 1.0), "101,quantity is no whole number of 0 or more"),
    ("products", (102, "X", -1, 1.0), "102,quantity is no whole number of 0 or more"),
    ("products", (103, "X", 10**9 + 1, 1.0), "103,quantity is too large"),
    ("products", (104, "X", None, 1.0), "104,quantity is missing"),
    ("products", (105, "X", 1, -0.01), "105,price is below zero"),
    ("products", (106, "X", 1, "1.00"), "106,price is no amount"),
    ("products", (107, "X", 1, 9e999), "107,price is no amount"),
    ("products", (108, "X", 1, 1e300), "108,price is too large"),
    ("products", (109, "X", 1, 10_000_000_000.01), "109,price is too large"),
]


def test_what_is_unsound_is_rejected_by_reason_and_the_rest_comes(
    bring: Bring, tmp_path: Path
) -> None:
    rows = {
        name: [*TRADE[name], *(row for table, row, _ in UNSOUND if table == name)] for name in TRADE
    }
    told = bring(loose(FOUR), rejects=tmp_path / "rejects.csv", **rows)
    lines = (tmp_path / "rejects.csv").read_text().splitlines()
    assert lines == ["table,id,reason", *(f"{table},{why}" for table, _, why in UNSOUND)]
    assert {name: each.written for name, each in told.tables.items()} == {
        name: each.written for name, each in TOLD.tables.items()
    }
    assert all(each.is_whole for each in told.tables.values())


MAY = "2024-05-01"
ORDERS: list[tuple[tuple[Any, ...], tuple[Any, ...], str, str]] = [
    ((101, 11, "soon", 3.1), (101, 101, 21, 1, 3.1), "order_date is no time", ""),
    ((102, 11, "", 3.1), (102, 102, 21, 1, 3.1), "order_date is no time", ""),
    ((103, 11, None, 3.1), (103, 103, 21, 1, 3.1), "order_date is missing", ""),
    ((104, 11, 1714521600, 3.1), (104, 104, 21, 1, 3.1), "order_date is no time", ""),
    ((105, 11, "2024-02-30", 3.1), (105, 105, 21, 1, 3.1), "order_date is no time", ""),
    (
        *((106, 11, "2999-01-01", 3.1), (106, 106, 21, 1, 3.1)),
        *("order_date is before 1970 or in the future", ""),
    ),
    (
        *((107, 11, "0001-01-01", 3.1), (107, 107, 21, 1, 3.1)),
        *("order_date is before 1970 or in the future", ""),
    ),
    ((108, 99, MAY, 3.1), (108, 108, 21, 1, 3.1), "its customer is not there", ""),
    ((109, 11, MAY, None), (109, 109, 21, 1, 3.1), "order_total is missing", ""),
    ((110, 11, MAY, 3.12), (110, 110, 21, 1, 3.1), "its total is not the sum of its lines", ""),
    (
        (111, "-", MAY, 3.1),
        (111, 111, 21, 1, 3.1),
        "customer_id is no whole number of 1 or more",
        "",
    ),
    (
        *((112, 11, MAY, 3.1), (112, 112, 21, "one", 3.1)),
        *("a line of it was rejected", "quantity is no whole number of 1 or more"),
    ),
    (
        *((113, 11, MAY, 3.1), (113, 113, 21, 0, 3.1)),
        *("a line of it was rejected", "quantity is no whole number of 1 or more"),
    ),
    (
        *((114, 11, MAY, 3.1), (114, 114, 99, 1, 3.1)),
        *("a line of it was rejected", "its product is not there"),
    ),
    (
        *((115, 11, MAY, 3.1), (115, 115, None, 1, 3.1)),
        *("a line of it was rejected", "product_id is missing"),
    ),
    (
        *((116, 11, MAY, 3.1), (116, 116, 21, 1, -3.1)),
        *("a line of it was rejected", "line_total is below zero"),
    ),
    (
        *((117, 11, MAY, 3.1), (None, 117, 21, 1, 3.1)),
        *("a line of it was rejected", "order_line_id is missing"),
    ),
]


def test_an_order_comes_whole_or_not_at_all(bring: Bring, tmp_path: Path) -> None:
    sound = [(order[0] + 900, order[0], 21, 1, 0.0) for order, *_ in ORDERS]  # of the same orders
    told = bring(
        loose(FOUR),
        rejects=tmp_path / "rejects.csv",
        orders=[*TRADE["orders"], *(order for order, *_ in ORDERS)],
        order_lines=[*TRADE["order_lines"], *(line for _, line, *_ in ORDERS), *sound],
    )
    expected = set()
    for order, line, of_order, of_line in ORDERS:
        expected.add(f"orders,{order[0]},{of_order}")
        expected.add(f"order_lines,{line[0] or ''},{of_line or 'its order was rejected'}")
        expected.add(f"order_lines,{order[0] + 900},its order was rejected")
    header, *lines = (tmp_path / "rejects.csv").read_text().splitlines()
    assert header == "table,id,reason"
    assert (set(lines), len(lines)) == (expected, 3 * len(ORDERS))
    assert (told.tables["orders"].written, told.tables["order_lines"].written) == (2, 3)


def test_a_total_may_be_off_by_its_rounding(bring: Bring) -> None:
    told = bring(orders=[(31, 11, "2024-05-01", 13.45)], order_lines=TRADE["order_lines"][:2])
    assert rejected(told) == {}


def test_orders_without_lines_and_lines_without_orders_are_rejected(bring: Bring) -> None:
    told = bring(
        orders=[*TRADE["orders"], (5, 11, "2024-05-01", 0.0)],
        order_lines=[*TRADE["order_lines"], (5, 99, 21, 1, 3.1), (6, 99, 21, 1, 3.1)],
    )
    assert rejected(told) == {
        "orders": {"it has no lines": 1},
        "order_lines": {"its order is not there": 2},
    }


def test_what_refers_to_a_rejected_record_is_rejected(bring: Bring) -> None:
    told = bring(loose(FOUR), customers=[(11, "", None), BOB], products=[(21, "", 5, 3.1), CUP])
    assert rejected(told) == {
        "customers": {"name is blank": 1},
        "products": {"product_name is blank": 1},
        "orders": {"a line of it was rejected": 1, "its customer was rejected": 1},
        "order_lines": {"its product was rejected": 1, "its order was rejected": 2},
    }


def test_ids_that_stand_in_several_rows_are_rejected_all(bring: Bring) -> None:
    rows = {name: [*TRADE[name], TRADE[name][0]] for name in TRADE}
    told = bring(loose(FOUR), **rows)
    twice = {"its id stands in several rows": 2}
    assert rejected(told) == {
        "customers": twice,
        "products": twice,
        "orders": {**twice, "a line of it was rejected": 1},
        "order_lines": {**twice, "its order was rejected": 1, "its product was rejected": 1},
    }
    assert told.tables["order_lines"].written == 0


def test_an_order_beyond_all_measure_is_rejected(bring: Bring) -> None:
    most = 10_000_000_000.0
    told = bring(
        orders=[(31, 11, "2024-05-01", most)],
        order_lines=[(1, 31, 21, 1, most), (2, 31, 21, 1, 0.01)],
    )
    assert rejected(told)["orders"] == {"its lines come to too large an amount": 1}


def test_ids_may_be_written_as_text_or_as_whole_floats(bring: Bring, sales: TestClient) -> None:
    told = bring(
        loose(FOUR),
        customers=[("11", *ANN[1:]), (14.0, *BOB[1:])],
        order_lines=[(49.0, "31", "21", 2.0, 6.2), *TRADE["order_lines"][1:]],
    )
    assert told == TOLD
    assert sales.get("/orders/31").json()["lines"][1]["id"] == 49


def test_text_that_is_not_in_utf_8_is_rejected(database: Database, tmp_path: Path) -> None:
    folder = make_four(tmp_path / "old", TRADE)
    with closing(sqlite3.connect(folder / "customer.db", isolation_level=None)) as file:
        file.execute("UPDATE customers SET name = CAST(x'ff41' AS TEXT) WHERE customer_id = 14")
    told = importer.run(database, folder)
    assert rejected(told) == {"customers": {"name is not in UTF-8": 1}}


def test_a_shop_with_records_gives_ids_of_its_own(
    bring: Bring,
    goods: dict[str, int],
    customers: TestClient,
    products: TestClient,
    sales: TestClient,
) -> None:
    first = customers.post("/customers", json={"name": "First"}).json()["id"]
    taken = {"sku": "p-5", "name": "Taken", "category_id": 1, "price_cents": 1}
    assert products.post("/products", json=taken).json()["id"] == 4
    placed = sales.post("/orders", json={"lines": [{"product_id": 1, "quantity": 1}]}).json()
    assert bring() == TOLD

    ann, bob = customers.get("/customers").json()[1:]
    assert ann["id"] > first
    assert [ann["number"], bob["number"]] == [f"C-{ann['id']}", f"C-{bob['id']}"]
    tea, cup = products.get("/products").json()[4:]
    assert of([tea, cup], "id", "sku", "quantity", "version") == [
        (5, "P-5-2", 5, 1),
        (6, "P-6", 0, 1),
    ]
    assert of(products.get("/products", params={"q": "p-5-2"}).json(), "name") == [("Tea",)]
    both, nobodys = sales.get("/orders").json()[1:]
    assert (both["id"], both["number"], both["customer_id"]) == (
        placed["id"] + 1,
        f"O-{placed['id'] + 1}",
        ann["id"],
    )
    assert of(both["lines"], "id", "product_id", "line_total_cents") == [
        (2, cup["id"], 726),
        (3, tea["id"], 620),
    ]
    assert of(nobodys["lines"], "id", "sku") == [(4, "P-5-2")]
    ledger = products.get(f"/products/{tea['id']}/inventory-transactions").json()
    assert of(ledger, "change", "reference") == [
        (9, None),
        (-2, both["number"]),
        (-2, nobodys["number"]),
    ]


def test_each_kind_keeps_its_ids_by_itself(
    bring: Bring, customers: TestClient, sales: TestClient
) -> None:
    customers.post("/customers", json={"name": "First"})
    bring()
    orders = sales.get("/orders").json()
    assert of(orders, "id", "customer_id") == [(31, 2), (34, None)]


def test_a_source_without_records_changes_nothing(
    bring: Bring, snapshot: Callable[[], Any]
) -> None:
    before = snapshot()
    told = bring(customers=[], products=[], orders=[], order_lines=[])
    assert all(each == Counts(read=0, written=0) for each in told.tables.values())
    assert snapshot() == before


def test_stock_without_orders_is_there(bring: Bring, products: TestClient) -> None:
    assert bring(orders=[], order_lines=[]).opening_units == TEA[2]
    assert products.get("/products/21").json()["quantity"] == 5
