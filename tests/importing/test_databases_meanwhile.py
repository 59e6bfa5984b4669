"""Imports of databases while others write, or where the numbers do not agree."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from source_databases import (
    ORDERS_V1,
    TRADE,
    V1,
    make,
    make_four,
)
from sqlalchemy import text

from common.db.session import Database
from common.importing.four_databases import importer as four_databases
from common.importing.orders_v1 import importer as orders_v1
from common.importing.records.outcome import Outcome
from common.importing.records.running import ChecksFailed, Overtaken

Bring = Callable[..., Outcome]
Snapshot = Callable[[], dict[str, list[Any]]]


def test_two_at_once_take_turns(database: Database, tmp_path: Path) -> None:
    folder = make_four(tmp_path / "old", TRADE)
    told: list[Outcome] = []
    both = [
        threading.Thread(target=lambda: told.append(four_databases.run(database, folder)))
        for _ in range(2)
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(each.tables["orders"].written for each in told) == [0, 2]
    assert sorted(each.tables["orders"].before for each in told) == [0, 2]


def test_numbers_that_do_not_agree_let_nothing_in(
    bring_four: Bring, database: Database, snapshot: Snapshot, goods: dict[str, int]
) -> None:
    level = text("UPDATE stock_levels SET quantity = quantity + :units WHERE product_id = 1")
    with database.engine.begin() as connection:
        connection.execute(level, {"units": 1})
    before = snapshot()
    with pytest.raises(ChecksFailed) as failed:
        bring_four()
    assert failed.value.report.failures == {
        "each stock level is the sum of its movements": [
            "product 1 has the level 6, its movements come to 5"
        ],
        "each stock level is the sum of its months": [
            "product 1 has the level 6, its months come to 5"
        ],
    }
    assert snapshot() == before
    with database.engine.begin() as connection:
        connection.execute(level, {"units": -1})


@pytest.mark.server
def test_who_registers_the_same_customer_meanwhile_lets_nothing_in(
    database: Database, snapshot: Snapshot, tmp_path: Path
) -> None:
    url = f"sqlite:///{make(tmp_path / 'o.db', ORDERS_V1, V1)}"
    insert = text(
        "INSERT INTO customers (name, email, email_folded, number, number_folded, search,"
        " created_at, updated_at, version) VALUES ('J', 'john@example.com', 'john@example.com',"
        " 'N', 'n', 'j', '2024-01-01', '2024-01-01', 1)"
    )
    failed: list[BaseException] = []

    def run() -> None:
        try:
            orders_v1.run(database, url)
        except Overtaken as overtaken:
            failed.append(overtaken)

    with database.engine.connect() as other:
        other.execute(insert)  # not yet committed, so the import does not see it
        importing = threading.Thread(target=run)
        importing.start()
        importing.join(3)
        assert importing.is_alive()  # it waits for the unique index
        other.commit()
    before = snapshot()
    importing.join(30)
    assert [type(each) for each in failed] == [Overtaken]
    assert snapshot() == before
