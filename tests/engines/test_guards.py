"""Ledgers refuse to be changed: by their guards, and where there are none by rights."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from database_fixtures import ENGINE
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from common.db import guards
from common.db.base import Base
from common.db.grants import LEDGERS
from common.db.session import Database

Snapshot = Callable[[], Any]

# {} is the ledger, {columns} are its columns but for the id.
EVERYWHERE = ["UPDATE {} SET id = id", "UPDATE {} SET id = id + 100", "DELETE FROM {}"]
REPLACING = {
    "sqlite": [
        "INSERT OR REPLACE INTO {} SELECT * FROM {}",
        "REPLACE INTO {} (id, {columns}) SELECT id, {columns} FROM {}",
        "INSERT OR REPLACE INTO {} (id, {columns}) SELECT id + 100, {columns} FROM {}",
        "INSERT INTO {} (id, {columns}) SELECT id, {columns} FROM {} WHERE 1"
        " ON CONFLICT (id) DO UPDATE SET id = id + 100",
        "UPDATE OR REPLACE {} SET id = id + 1",
    ],
    "postgresql": [
        "TRUNCATE {} CASCADE",
        "INSERT INTO {} (id, {columns}) SELECT id, {columns} FROM {}"
        " ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id + 100",
    ],
    "mysql": [
        "TRUNCATE TABLE {}",
        "REPLACE INTO {} (id, {columns}) SELECT id, {columns} FROM {}",
        "INSERT INTO {} (id, {columns}) SELECT id, {columns} FROM {} AS known"
        " ON DUPLICATE KEY UPDATE {}.id = {}.id + 100",
    ],
}
REPLACING["mariadb"] = REPLACING["mysql"]
REFUSED = {"sqlite": "only ever added", "postgresql": "only ever added"}.get(ENGINE, "denied")


@pytest.fixture
def engine(database: Database, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """On PostgreSQL the owner of the tables, who has every right."""
    if ENGINE == "postgresql":
        yield request.getfixturevalue("server").owning
    else:
        yield database.engine


def spelled(statement: str, ledger: str, engine: Engine) -> str:
    quote = engine.dialect.identifier_preparer.quote
    names = [c.name for c in Base.metadata.tables[ledger].columns if c.name != "id"]
    told = statement.replace("{columns}", ", ".join(map(quote, names)))
    return told.replace("{}", ledger)


@pytest.mark.parametrize("ledger", LEDGERS)
@pytest.mark.parametrize("statement", [*EVERYWHERE, *REPLACING[ENGINE]])
def test_nobody_changes_a_ledger(
    statement: str,
    ledger: str,
    engine: Engine,
    sales: TestClient,
    goods: dict[str, int],
    take_stock: Callable[[int], None],
    snapshot: Snapshot,
) -> None:
    if "+ 100, {columns}" in statement and ledger == "stocktakes":
        pytest.skip("nothing but its number is its own")
    sales.post("/sales", json={"product_id": goods["TEA"], "quantity": 1})
    take_stock(goods["TEA"])
    before = snapshot()
    assert before[ledger]
    with pytest.raises(DBAPIError, match=REFUSED), engine.begin() as connection:
        connection.execute(text(spelled(statement, ledger, engine)))
    assert snapshot() == before


def test_what_is_unique_in_a_ledger_is_guarded() -> None:
    """Else INSERT OR REPLACE would delete by it."""
    for ledger, columns in guards.LEDGERS.items():
        constraints = Base.metadata.tables[ledger].constraints
        unique = [
            tuple(each.columns.keys())
            for each in constraints
            if each.__visit_name__ == "unique_constraint"
        ]
        assert unique == ([columns] if columns else [])


def test_the_guard_is_lifted_for_a_while(engine: Engine, goods: dict[str, int]) -> None:
    if ENGINE in {"mysql", "mariadb"}:
        pytest.skip("there are rights alone")
    statement = text("UPDATE product_prices SET price_cents = price_cents")
    with engine.begin() as connection, guards.lifted(connection):
        connection.execute(statement)
    with pytest.raises(DBAPIError, match=REFUSED), engine.begin() as connection:
        connection.execute(statement)
