"""Column types on which the databases agree."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, String, Text
from sqlalchemy.dialects.mysql import DATETIME as MYSQL_DATETIME
from sqlalchemy.dialects.mysql import MEDIUMBLOB
from sqlalchemy.types import TypeDecorator

# SQLite numbers the rows of an INTEGER key by itself, and of no other type.
Key = BigInteger().with_variant(Integer, "sqlite")

# Bytes, up to 16 MiB: a plain BLOB of MySQL holds 64 KiB.
Octets = LargeBinary().with_variant(MEDIUMBLOB(), "mysql", "mariadb")

# Where text is equal, and sorts, by its code points, blanks at its end among them. SQLite does
# so by itself; `utf8mb4_bin` would not, for it pads with blanks.
COLLATIONS = {
    "postgresql": "C",
    "mysql": "utf8mb4_0900_bin",
    "mariadb": "utf8mb4_nopad_bin",
}


def characters(length: int | None = None) -> String:
    """The type of text of at most `length` characters, compared by code point everywhere."""
    kind = Text if length is None else String
    found: String = kind(length)
    for dialect, collation in COLLATIONS.items():
        found = found.with_variant(kind(length, collation=collation), dialect)
    return found


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, stored without zone, to the microsecond."""

    impl = DateTime().with_variant(MYSQL_DATETIME(fsp=6), "mysql", "mariadb")
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What lists read filters as."""
        return datetime

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 # SQLAlchemy passes it
    ) -> datetime | None:
        """UTC without zone."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(
        self,
        value: Any,
        dialect: Dialect,  # noqa: ARG002 # SQLAlchemy passes it
    ) -> datetime | None:
        """UTC with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)
