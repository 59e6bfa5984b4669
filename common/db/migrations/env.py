"""Where Alembic enters. The connection, and its transaction, are the caller's."""

from alembic import context

from common.db import models
from common.db.base import Base

assert models.__all__  # importing the package completes the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by making it anew
    transactional_ddl=True,  # our SQLite engine begins by itself, so DDL is undone with the rest
    compare_type=True,
    user_module_prefix="types.",
)
with context.begin_transaction():
    context.run_migrations()
