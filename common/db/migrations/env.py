"""Where Alembic enters. The connection, and its transaction, are the caller's."""

from typing import Any

from alembic import context
from alembic.migration import MigrationContext
from sqlalchemy import Column, String
from sqlalchemy.types import TypeEngine

from common.db import models, turns
from common.db.base import Base

assert models.__all__  # importing the package completes the metadata


def _differs(
    migrating: MigrationContext,
    _found: Column[Any],
    _wanted: Column[Any],
    found: TypeEngine[Any],
    wanted: TypeEngine[Any],
) -> bool | None:
    """None lets Alembic see. SQLite heeds no length: a shop keeps those that it was made with."""
    texts = isinstance(found, String) and isinstance(wanted, String)
    return False if texts and migrating.dialect.name == "sqlite" else None


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by making it anew
    transactional_ddl=True,  # our SQLite engine begins by itself, so DDL is undone with the rest
    compare_type=_differs,
    user_module_prefix="types.",
    include_name=lambda name, kind, _parents: kind != "table" or name != turns.TABLE.name,
)
with context.begin_transaction():
    context.run_migrations()
