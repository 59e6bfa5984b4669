"""All tables of Daybook, whichever models else were imported."""

from common.db import models, turns
from common.db.base import Base

assert models.__all__  # importing the package completes the metadata

TABLES = Base.metadata.sorted_tables
SCHEMA = frozenset(table.name for table in TABLES)
# Those of Alembic and of the turns, which are there before the first migration.
BESIDE_THE_SCHEMA = frozenset({"alembic_version", turns.TABLE.name})
