"""Sources that are damaged, locked, or no such databases: told in one line, nothing imported."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from source_databases import FOUR, NOTES, ORDERS_V1, PURCHASES, TRADE, V1, make, make_four

from common.db.session import Database
from common.importing.four_databases import importer as four_databases
from common.importing.orders_v1 import importer as orders_v1
from common.importing.purchases import importer as purchases
from common.importing.records.tables import SourceUnusable
from common.importing.rejects import RejectsUnwritable

Refused = Callable[..., None]


@pytest.fixture
def refused(database: Database, snapshot: Callable[[], Any]) -> Refused:
    """Proves that the import is refused in these words, and that nothing is there of it."""

    def prove(importer: Any, source: Any, told: str, **options: Any) -> None:
        before = snapshot()
        with pytest.raises(SourceUnusable) as refusal:
            importer.run(database, source, **options)
        assert str(refusal.value) == told
        assert snapshot() == before

    return prove


def without(tables: dict[str, str], name: str, *columns: str) -> dict[str, str]:
    kept = [each for each in tables[name].split(", ") if each.split()[0] not in columns]
    return tables | {name: ", ".join(kept)}


def test_a_folder_without_the_files(refused: Refused, tmp_path: Path) -> None:
    refused(four_databases, tmp_path / "no", f"There is no folder {tmp_path / 'no'}.")
    folder = make_four(tmp_path / "old", TRADE)
    (folder / "product.db").unlink()
    (folder / "order_line.db").unlink()
    refused(four_databases, folder, f"There is no product.db, no order_line.db in {folder}.")
    assert sorted(each.name for each in folder.iterdir()) == ["customer.db", "order.db"]


def test_missing_tables_and_columns_are_named(refused: Refused, tmp_path: Path) -> None:
    folder, none = tmp_path / "old", dict.fromkeys(TRADE, ())
    make_four(folder, none, without(FOUR, "orders", "order_date", "order_total"))
    told = f"{folder / 'order.db'}: table orders has no columns order_total, order_date."
    refused(four_databases, folder, told)
    make(folder / "order.db", {"others": "id INTEGER"}, {})
    refused(four_databases, folder, f"{folder / 'order.db'} has no table orders.")
    file = make(tmp_path / "p.db", without(PURCHASES, "customer", "created_on"), {})
    refused(purchases, file, f"{file}: table customer has no column created_on.")
    (tmp_path / "empty.db").touch()
    refused(purchases, tmp_path / "empty.db", f"{tmp_path / 'empty.db'} has no table customer.")
    file = make(tmp_path / "o.db", without(ORDERS_V1, "order_items", "price_cents_at_purchase"), {})
    told = f"{file}: table order_items has no column price_cents_at_purchase."
    refused(orders_v1, f"sqlite:///{file}", told)


def test_what_is_no_database(refused: Refused, tmp_path: Path) -> None:
    text, absent = tmp_path / "text.db", tmp_path / "absent.db"
    text.write_text("These are no pages of a database, though there are a few words. " * 20)
    refused(purchases, text, f"{text} cannot be read: file is not a database.")
    refused(purchases, tmp_path, f"{tmp_path} is a folder and no SQLite file.")
    refused(purchases, absent, f"There is no file {absent}.")
    assert not absent.exists()
    os.mkfifo(tmp_path / "pipe")
    refused(purchases, tmp_path / "pipe", f"{tmp_path / 'pipe'} is no SQLite file.")


def test_damaged_pages(refused: Refused, tmp_path: Path) -> None:
    rows = [(key, "X" * 50, 1, 1, "2022-04-09", None) for key in range(1, 2000)]
    file = make(tmp_path / "p.db", PURCHASES, NOTES | {"purchases": rows})
    pages = bytearray(file.read_bytes())
    pages[20 * 4096 : 21 * 4096] = os.urandom(4096)
    file.write_bytes(pages)
    with closing(sqlite3.connect(file)) as damaged:
        (said,) = damaged.execute("PRAGMA quick_check(1)").fetchone()
    assert said != "ok"
    refused(purchases, file, f"{file} is damaged: {said.splitlines()[-1]}.")
    file.write_bytes(pages[: 30 * 4096])
    refused(purchases, file, f"{file} cannot be read: database disk image is malformed.")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("orders.db", "That is no SQLAlchemy URL, {such}."),
        ("postgresql://u:hush@host:port/x", "That is no SQLAlchemy URL, {such}."),
        (
            "mysql://u:hush@host/x",
            "The URL begins with mysql; orders-v1 reads PostgreSQL and SQLite, {such}.",
        ),
        ("sqlite://", "The URL names no file, {such}."),
    ],
)
def test_urls_that_name_nothing_that_is_read(url: str, told: str, refused: Refused) -> None:
    such = "such as postgresql://user:password@host:5432/name or sqlite:////folder/orders.db"
    refused(orders_v1, url, told.format(such=such))


def test_sqlite_has_no_schemas(refused: Refused, tmp_path: Path) -> None:
    url = f"sqlite:///{make(tmp_path / 'o.db', ORDERS_V1, V1)}"
    told = "--schema is for PostgreSQL; SQLite has no schemas."
    refused(orders_v1, url, told, schema="shop")


def test_a_source_is_never_the_file_of_the_rejects(
    database: Database, tmp_path: Path, snapshot: Callable[[], Any]
) -> None:
    folder, before = make_four(tmp_path / "old", TRADE), snapshot()
    content = (folder / "order.db").read_bytes()
    with pytest.raises(RejectsUnwritable, match="is the file to be imported"):
        four_databases.run(database, folder, rejects=folder / "order.db")
    assert (folder / "order.db").read_bytes() == content
    assert snapshot() == before


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_source_that_is_written_meanwhile_is_read_and_left_alone(
    mode: str, database: Database, tmp_path: Path
) -> None:
    file = make(tmp_path / "p.db", PURCHASES, NOTES)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute(f"PRAGMA journal_mode={mode}")
        other.execute("INSERT INTO customer VALUES (6, 'Late', NULL, NULL)")
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO customer VALUES (7, 'Later', NULL, NULL)")
        told = purchases.run(database, file)
        other.execute("COMMIT")  # nobody keeps it from being written
    assert told.tables["customer"].written == 3


def test_a_closed_file_with_a_write_ahead_log_leaves_nothing_beside(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "its own").mkdir()
    file = make(tmp_path / "its own" / "p #1?.db", PURCHASES, NOTES)
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA journal_mode=WAL")
    content = file.read_bytes()
    assert purchases.run(database, file).tables["customer"].written == 2
    assert [each.name for each in file.parent.iterdir()] == ["p #1?.db"]
    assert file.read_bytes() == content


def test_what_a_program_that_was_killed_left_is_read_and_stays(
    database: Database, tmp_path: Path
) -> None:
    file = make(tmp_path / "p.db", PURCHASES, NOTES)
    left = [tmp_path / "left.db", tmp_path / "left.db-wal"]
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("INSERT INTO customer VALUES (6, 'Late', NULL, NULL)")
        for source, target in zip((file, tmp_path / "p.db-wal"), left, strict=True):
            target.write_bytes(source.read_bytes())
    content = [each.read_bytes() for each in left]
    assert purchases.run(database, left[0]).tables["customer"].written == 3
    assert [each.read_bytes() for each in left] == content
