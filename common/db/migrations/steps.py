"""Changes of the schema that are made where they are not made yet.

MySQL and MariaDB undo no change of a table: a migration that was killed begins again in the
midst of what it did.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import inspect

from common.db import types


def create_table(name: str, *columns: Any, **options: Any) -> None:
    """A table with its columns and constraints, as `op.create_table` takes them."""
    if not inspect(op.get_bind()).has_table(name):
        op.create_table(name, *columns, **options)


def drop_table(name: str) -> None:
    """A table with all that is in it."""
    if inspect(op.get_bind()).has_table(name):
        op.drop_table(name)


def create_index(name: str, table: str, columns: list[str]) -> None:
    """An index of no constraint."""
    if name not in _indexes(table):
        op.create_index(name, table, columns)


def drop_index(name: str, table: str) -> None:
    """An index of no constraint."""
    if name in _indexes(table):
        op.drop_index(name, table)


def add_column(table: str, column: Any) -> None:
    """A column without constraints, which may be null."""
    if column.name not in _columns(table):
        op.add_column(table, column)


def add_reference(table: str, column: str, name: str, to: str) -> None:
    """A column of ids of the table `to`, which may be null, with its foreign key `name`."""
    if op.get_bind().dialect.name == "sqlite":  # which adds no constraint to a table
        reference = f"CONSTRAINT {name} REFERENCES {to} (id)"
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER {reference}")
        return
    add_column(table, sa.Column(column, types.Key, nullable=True))
    if name not in {key["name"] for key in inspect(op.get_bind()).get_foreign_keys(table)}:
        op.create_foreign_key(name, table, to, [column], ["id"])


def drop_reference(table: str, column: str, name: str) -> None:
    """A column that `add_reference` made."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        return
    if name in {key["name"] for key in inspect(op.get_bind()).get_foreign_keys(table)}:
        op.drop_constraint(name, table, type_="foreignkey")
    drop_column(table, column)


def drop_column(table: str, column: str) -> None:
    """A column without index and constraints."""
    if column in _columns(table):
        op.drop_column(table, column)


def _columns(table: str) -> set[str]:
    return {column["name"] for column in inspect(op.get_bind()).get_columns(table)}


def _indexes(table: str) -> set[str | None]:
    return {index["name"] for index in inspect(op.get_bind()).get_indexes(table)}
