"""What a database's failure means: that two met, that it is gone, or a fault of ours."""

from enum import Enum, auto

from sqlalchemy.exc import DBAPIError, OperationalError

# SQLite tells by name; an extended one begins with its own.
_SQLITE_GONE = (
    *("SQLITE_IOERR", "SQLITE_FULL", "SQLITE_NOMEM"),
    *("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PROTOCOL", "SQLITE_INTERRUPT"),
    *("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_PERM"),
)
# PostgreSQL by SQLSTATE: a class of two characters, or all five.
_POSTGRESQL_GONE = (
    *("08", "53", "58"),  # connection, resources, system
    "25006",  # a standby that only reads
    *("57014", "57P01", "57P02", "57P03", "57P04", "57P05"),  # cancelled, shutdown, dropped
)
# MySQL and MariaDB by number.
_MYSQL_GONE = {
    *(1021, 1040, 1041, 1047, 1053, 1077, 1080, 1114, 1129, 1135, 1152, 1158, 1159, 1160, 1161),
    *(1203, 1226, 1290, 1317, 1836, 1927, 1969),
    *(2002, 2003, 2005, 2006, 2012, 2013, 2055, 3024, 3169, 4031),
}
# Of what a database refuses to keep, only this can be another change's doing: what our rules
# looked for and did not find. A null or a value out of its bounds is a fault of ours.
_MET: set[int | str] = {
    *("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_FOREIGNKEY"),
    *("23505", "23503"),  # unique, foreign key
    *(1062, 1216, 1217, 1451, 1452),  # unique, foreign keys
}
# Another one was in the way, by locks; SQLite's names may be longer.
_IN_THE_WAY: set[int | str] = {
    *("40001", "40P01", "55P03"),  # serialization, deadlock, lock not available
    *(1020, 1205, 1213, 1412, 3101),  # changed since it was read, lock, deadlock, altered, cluster
}
_SQLITE_LOCKED = ("SQLITE_BUSY", "SQLITE_LOCKED")

_ABSENT = object()


class OutcomeUnknown(OperationalError):
    """The database was gone before it said whether it had committed."""

    @classmethod
    def of(cls, failed: DBAPIError) -> "OutcomeUnknown":
        """`failed` is what the commit raised."""
        lost = failed.connection_invalidated
        assert failed.orig is not None  # it is the driver's
        return cls(failed.statement, failed.params, failed.orig, connection_invalidated=lost)


class Failure(Enum):
    """Those that a caller tells apart."""

    overtaken = auto()  # the rules saw no conflict yet, the database did: read again
    hindered = auto()  # a deadlock, or a lock that was held: the same may succeed at once
    unavailable = auto()  # gone: the same may succeed later
    fault = auto()  # a statement that the database does not take


def meaning(failed: DBAPIError) -> Failure:
    """What the failure means, whichever the database."""
    code = _code(failed)
    if code in _MET:
        return Failure.overtaken
    if code in _IN_THE_WAY or str(code).startswith(_SQLITE_LOCKED):
        return Failure.hindered
    if failed.connection_invalidated or _is_gone(code):
        return Failure.unavailable
    return Failure.fault


def _code(failed: DBAPIError) -> int | str:
    """SQLite's name, PostgreSQL's SQLSTATE or MySQL's number."""
    cause = failed.orig
    if name := getattr(cause, "sqlite_errorname", None):
        return str(name)
    if isinstance(state := getattr(cause, "sqlstate", _ABSENT), str | None):
        unreached = "08000" if isinstance(failed, OperationalError) else ""
        return state or unreached
    number = cause.args[0] if cause is not None and cause.args else 0
    return number if isinstance(number, int) else 0


def _is_gone(code: int | str) -> bool:
    if isinstance(code, int):
        return code in _MYSQL_GONE
    return code.startswith(_SQLITE_GONE) or code.startswith(_POSTGRESQL_GONE)
