"""Changes of the schema that are made where they are not made yet.

MySQL and MariaDB undo no change of a table: a migration that was killed begins again in the
midst of what it did.
"""

from typing import Any

from alembic import op
from sqlalchemy import inspect


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


def _indexes(table: str) -> set[str | None]:
    return {index["name"] for index in inspect(op.get_bind()).get_indexes(table)}
