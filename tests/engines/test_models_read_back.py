"""sqlacodegen reads the tables back into models that can be used."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from database_fixtures import ENGINE
from server_databases import ServerDatabase
from sqlalchemy import MetaData, Table, create_engine, make_url, select
from sqlalchemy.orm import Session

from common.db import turns
from common.db.models.customers import Customer
from common.db.models.inventory import StockLevel
from common.db.models.orders import Order, OrderLine
from common.db.schema import TABLES
from common.db.session import Database
from common.importing.demo.writer import make_demo

pytestmark = pytest.mark.server

SQLACODEGEN = Path(sys.executable).parent / "sqlacodegen"
# It has but keys of others: sqlacodegen makes a relationship of it, and no class.
ASSOCIATION = "customer_contacts"


@pytest.fixture(scope="session")
def url(server: ServerDatabase) -> str:
    """As people write it: without a driver, of which SQLAlchemy has its own for each database."""
    url = make_url(server.url).set(drivername=ENGINE)
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def generated(url: str, tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The module that sqlacodegen writes, imported."""
    file = tmp_path_factory.mktemp("generated") / "generated_models.py"
    command = [SQLACODEGEN, url, "--generator", "declarative"]
    if ENGINE == "postgresql":
        command += ["--schema", "public"]
    with file.open("wb") as models:
        done = subprocess.run(
            command, stdout=models, stderr=subprocess.PIPE, text=True, timeout=120, check=False
        )
    assert (done.returncode, done.stderr) == (0, "")
    spec = importlib.util.spec_from_file_location("generated_models", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shape(table: Table) -> dict[str, Any]:
    """What a table is, but for types, which each database spells its own way."""
    return {
        "columns": {column.name: column.nullable for column in table.columns},
        "primary key": {column.name for column in table.primary_key},
        "foreign keys": {
            constraint.name: (
                constraint.column_keys,
                [key.target_fullname.removeprefix("public.") for key in constraint.elements],
            )
            for constraint in table.foreign_key_constraints
        },
    }


def by_name(metadata: MetaData) -> dict[str, dict[str, Any]]:
    return {table.name: shape(table) for table in metadata.tables.values()}


def test_tables_and_keys_are_those_of_daybook(generated: ModuleType) -> None:
    ours = {table.name: shape(table) for table in TABLES}
    if ENGINE != "postgresql":  # which takes turns without a table
        ours[turns.TABLE.name] = shape(turns.TABLE)
    assert by_name(generated.Base.metadata) == ours


def classes(generated: ModuleType) -> dict[str, type]:
    mappers = generated.Base.registry.mappers
    return {mapper.local_table.name: mapper.class_ for mapper in mappers}


def test_each_table_became_a_class(generated: ModuleType) -> None:
    metadata = generated.Base.metadata
    assert classes(generated).keys() == by_name(metadata).keys() - {ASSOCIATION}
    between = generated.Customers.contact.property.secondary
    assert between.name == ASSOCIATION


def test_the_classes_find_what_daybook_wrote(
    database: Database, generated: ModuleType, url: str
) -> None:
    make_demo(database, customers=3, orders=20, seed=1)
    with database.reading() as ours:
        orders = dict(ours.execute(select(Order.id, Order.total_cents)).all())
        lines = dict(ours.execute(select(OrderLine.id, OrderLine.product_name)).all())
        names = dict(ours.execute(select(Customer.id, Customer.name)).all())
        levels = dict(ours.execute(select(StockLevel.product_id, StockLevel.quantity)).all())
    assert len(orders) == 20
    engine = create_engine(url)
    with Session(engine) as session:
        found = session.scalars(select(generated.Orders)).all()
        assert {order.id: order.total_cents for order in found} == orders
        theirs = [line for order in found for line in order.order_lines]
        assert {line.id: line.product_name for line in theirs} == lines
        for order in found:
            assert sum(line.line_total_cents for line in order.order_lines) == order.total_cents
            assert order.customer.name == names[order.customer_id]
            assert order in order.customer.orders
        customer = session.get_one(generated.Customers, 1)
        assert customer in customer.contact[0].customer
        stock = session.scalars(select(generated.StockLevels)).all()
        assert {level.product_id: level.quantity for level in stock} == levels
    engine.dispose()
