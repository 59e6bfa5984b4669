"""What of the four databases of system 0 is rejected, and why."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from source_databases import BOB, CUP, FOUR, TRADE, loose, make_four

from common.db.session import Database
from common.importing.four_databases import importer
from common.importing.records.outcome import Outcome
from tests.importing.telling import rejected
from tests.importing.test_four_databases import TOLD

Bring = Callable[..., Outcome]
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
    bring_four: Bring, tmp_path: Path
) -> None:
    rows = {
        name: [*TRADE[name], *(row for table, row, _ in UNSOUND if table == name)] for name in TRADE
    }
    told = bring_four(loose(FOUR), rejects=tmp_path / "rejects.csv", **rows)
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


def test_an_order_comes_whole_or_not_at_all(bring_four: Bring, tmp_path: Path) -> None:
    sound = [(order[0] + 900, order[0], 21, 1, 0.0) for order, *_ in ORDERS]  # of the same orders
    told = bring_four(
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


def test_a_total_may_be_off_by_its_rounding(bring_four: Bring) -> None:
    told = bring_four(orders=[(31, 11, "2024-05-01", 13.45)], order_lines=TRADE["order_lines"][:2])
    assert rejected(told) == {}


def test_orders_without_lines_and_lines_without_orders_are_rejected(bring_four: Bring) -> None:
    told = bring_four(
        orders=[*TRADE["orders"], (5, 11, "2024-05-01", 0.0)],
        order_lines=[*TRADE["order_lines"], (5, 99, 21, 1, 3.1), (6, 99, 21, 1, 3.1)],
    )
    assert rejected(told) == {
        "orders": {"it has no lines": 1},
        "order_lines": {"its order is not there": 2},
    }


def test_what_refers_to_a_rejected_record_is_rejected(bring_four: Bring) -> None:
    told = bring_four(
        loose(FOUR), customers=[(11, "", None), BOB], products=[(21, "", 5, 3.1), CUP]
    )
    assert rejected(told) == {
        "customers": {"name is blank": 1},
        "products": {"product_name is blank": 1},
        "orders": {"a line of it was rejected": 1, "its customer was rejected": 1},
        "order_lines": {"its product was rejected": 1, "its order was rejected": 2},
    }


def test_ids_that_stand_in_several_rows_are_rejected_all(bring_four: Bring) -> None:
    rows = {name: [*TRADE[name], TRADE[name][0]] for name in TRADE}
    told = bring_four(loose(FOUR), **rows)
    twice = {"its id stands in several rows": 2}
    assert rejected(told) == {
        "customers": twice,
        "products": twice,
        "orders": {**twice, "a line of it was rejected": 1},
        "order_lines": {**twice, "its order was rejected": 1, "its product was rejected": 1},
    }
    assert told.tables["order_lines"].written == 0


def test_an_order_beyond_all_measure_is_rejected(bring_four: Bring) -> None:
    most = 10_000_000_000.0
    told = bring_four(
        orders=[(31, 11, "2024-05-01", most)],
        order_lines=[(1, 31, 21, 1, most), (2, 31, 21, 1, 0.01)],
    )
    assert rejected(told)["orders"] == {"its lines come to too large an amount": 1}


def test_text_that_is_not_in_utf_8_is_rejected(database: Database, tmp_path: Path) -> None:
    folder = make_four(tmp_path / "old", TRADE)
    with closing(sqlite3.connect(folder / "customer.db", isolation_level=None)) as file:
        file.execute("UPDATE customers SET name = CAST(x'ff41' AS TEXT) WHERE customer_id = 14")
    told = importer.run(database, folder)
    assert rejected(told) == {"customers": {"name is not in UTF-8": 1}}
