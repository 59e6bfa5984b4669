"""The base of every table."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from common.db.types import Key, Moment
from common.times import now


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can name it on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: Moment, int: BigInteger}


# Of tables from which rows are deleted: the number of one that went is not given again. Only
# SQLite must be told.
NUMBERED_ONCE = {"sqlite_autoincrement": True}


class Identified:
    """A record with a number of its own. Numbers may have gaps."""

    id: Mapped[int] = mapped_column(Key, primary_key=True, sort_order=-1)


class Editable(Identified):
    """A record that people edit: when it came, when it changed, how often it was edited.

    Two who edit the same version meet in the UPDATE: the second one's finds no row, which
    SQLAlchemy tells as StaleDataError and the web shell as 409.
    """

    created_at: Mapped[datetime] = mapped_column(default=now, sort_order=1)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now, sort_order=1)
    version: Mapped[int] = mapped_column(default=1, sort_order=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 # SQLAlchemy calls it on the class
        return {"version_id_col": cls.version}
