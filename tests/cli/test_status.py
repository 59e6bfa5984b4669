"""`daybook status`: which shop this is, told without changing it."""

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from common.db import files
from common.db.upgrade import upgrade_to
from common.web.app import VERSION

Run = Callable[..., subprocess.CompletedProcess[str]]
ELSEWHERE = "DAYBOOK_FOLDER names another folder, DATABASE_URL another database."


def refused(done: subprocess.CompletedProcess[str], told: str) -> None:
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"daybook: {told}\n")


def test_tells_the_shop_and_its_rows(daybook: Run, shop_file: Path) -> None:
    with closing(sqlite3.connect(shop_file)) as database:
        database.execute("UPDATE shop SET name = 'Tea & Cups [bold]', time_zone = 'Asia/Tokyo'")
        deleted = "UPDATE products SET deleted_at = created_at, status = 'blocked' WHERE id <= 3"
        database.execute(deleted)
        database.commit()
        counts = {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("products", "order_lines", "sales", "inventory_transactions")
        }
    done = daybook("status")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"Daybook    {VERSION}",
        f"Database   sqlite:///{shop_file}",
        f"Engine     SQLite {sqlite3.sqlite_version}",
        "Schema     0005",
        "Shop       Tea & Cups [bold]",
        "Currency   EUR",
        "Time zone  Asia/Tokyo",
        f"{counts['products'] - 3:>14,} products",
        f"{18:>14,} customers",
        f"{40:>14,} orders",
        f"{counts['order_lines']:>14,} order lines",
        f"{counts['sales']:>14,} sales",
        f"{counts['inventory_transactions']:>14,} stock movements",
    ]
    assert [path.name for path in shop_file.parent.iterdir()] == ["daybook.db"]


def test_a_shop_that_is_not_there_is_not_made(
    daybook: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    folder = Path(environment["DAYBOOK_FOLDER"])
    refused(daybook("status"), f"There is no shop in {folder}/daybook.db. {ELSEWHERE}")
    assert list(tmp_path.iterdir()) == []


def nothing(file: Path) -> str:
    file.write_bytes(b"")
    return f"sqlite:///{file} holds no shop. {ELSEWHERE}"


def never_founded(file: Path) -> str:
    with closing(sqlite3.connect(file)) as database:
        database.execute("DELETE FROM shop")
        database.commit()
    return f"sqlite:///{file} holds no shop. {ELSEWHERE}"


def newer(file: Path) -> str:
    with closing(sqlite3.connect(file)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    return f"sqlite:///{file} was written by a newer Daybook; update Daybook first. {ELSEWHERE}"


def older(file: Path) -> str:
    file.unlink()
    with files.opened(file) as database:
        upgrade_to(database, "0002")
    return (
        f"sqlite:///{file} is of an older version, with the schema 0002: `daybook start` and"
        " `daybook check` bring it to that of this Daybook."
    )


def foreign(file: Path) -> str:
    file.unlink()
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE mine (a)")
    return f"sqlite:///{file} holds tables that are not Daybook's. {ELSEWHERE}"


def no_database(file: Path) -> str:
    file.write_bytes(b"x" * 5000)
    return f"sqlite:///{file} cannot be used: file is not a database. {ELSEWHERE}"


@pytest.mark.parametrize("spoil", [nothing, never_founded, newer, older, foreign, no_database])
def test_what_is_no_shop_of_this_schema_is_told_in_one_line(
    spoil: Callable[[Path], str], daybook: Run, shop_file: Path
) -> None:
    told = spoil(shop_file)
    refused(daybook("status"), told)


def test_a_server_that_is_not_reached_is_told_without_its_password(daybook: Run) -> None:
    done = daybook("status", DATABASE_URL="postgresql://me:secret@127.0.0.1:1/x")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("daybook: postgresql+psycopg://me:***@127.0.0.1:1/x cannot be")
    assert done.stderr.count("\n") == 1
