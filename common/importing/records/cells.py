"""Make of a cell a sound value, or say why its record cannot be taken.

A database may hold anything: SQLite has no types that hold, and few sources say what may be null.
"""

import math
import re
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from common.importing.micros import to_micros
from common.money import MAX_CENTS, to_minor
from common.schemas import MAX_UNITS
from common.text import is_address
from common.times import EARLIEST, now, to_utc

# Of ids: a dashboard's numbers hold them, and as many that are given after them.
LARGEST_ID = 10**15
# The decimal exponent beyond which a number is too large to be looked at.
_LARGEST = 18
_DIGITS = re.compile(r"[1-9][0-9]{0,18}")
_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)? ?(Z|[+-]\d{2}(:?\d{2})?)?)?", re.ASCII
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NAMED_MONTH = re.compile(r"([A-Z][a-z]{2}) (\d{2}) (\d{4}) (\d{2}:\d{2}:\d{2})", re.ASCII)


class Rejected(Exception):
    """Why a record is not taken, in words that fit many records."""


def key(cell: object, column: str) -> int:
    """An id, of the record itself or of one that it must refer to."""
    if isinstance(cell, str) and _DIGITS.fullmatch(cell):
        cell = int(cell)  # some systems keep the ids that came in a URL as text
    return _whole(cell, column, 1, LARGEST_ID)


def key_or_none(cell: object, column: str) -> int | None:
    """The id of a record that need not be there."""
    return None if cell is None else key(cell, column)


def units(cell: object, column: str, *, least: int = 1) -> int:
    """How many there are."""
    return _whole(cell, column, least, MAX_UNITS)


def cents(cell: object, column: str) -> int:
    """An amount in minor units."""
    return _whole(cell, column, 0, MAX_CENTS)


def amount(cell: object, column: str, places: int) -> int:
    """An amount in major units, as minor ones."""
    found = _decimal(_there(cell, column))
    if found is None:
        raise Rejected(f"{column} is no amount")
    if found < 0:
        raise Rejected(f"{column} is below zero")
    if found.adjusted() > _LARGEST or (minor := to_minor(found, places)) > MAX_CENTS:
        raise Rejected(f"{column} is too large")
    return minor


def bounded(cents_: int, column: str) -> int:
    """An amount that was calculated."""
    if cents_ > MAX_CENTS:
        raise Rejected(f"{column} is too large")
    return cents_


def text(cell: object, column: str, longest: int) -> str:
    """Text of one character or more, as it is."""
    found = text_or_none(_there(cell, column), column, longest)
    if found is None:
        raise Rejected(f"{column} is blank")
    return found


def text_or_none(cell: object, column: str, longest: int) -> str | None:
    """Text as it is, of which there may be none."""
    if cell is None:
        return None
    if not isinstance(cell, str):
        raise Rejected(f"{column} is no text")
    if not cell.strip():
        return None
    try:
        cell.encode()
    except UnicodeEncodeError:
        raise Rejected(f"{column} is not in UTF-8") from None
    if "\0" in cell:  # PostgreSQL cannot hold it
        raise Rejected(f"{column} holds the character NUL")
    if len(cell) > longest:
        raise Rejected(f"{column} is longer than {longest} characters")
    return cell


def email_or_none(cell: object, column: str) -> str | None:
    """An address of the form that customers may have."""
    found = text_or_none(cell, column, 254)
    if found is not None and not is_address(found):
        raise Rejected(f"{column} is no e-mail address")
    return found


def moment(cell: object, column: str, zone: ZoneInfo) -> int:
    """A date or a time, of `zone` where it names no offset, in microseconds since 1970."""
    said = _there(cell, column)
    if not isinstance(said, str):
        raise Rejected(f"{column} is no time")
    try:
        found = _local(said.strip())
    except ValueError:
        raise Rejected(f"{column} is no time") from None
    try:
        found = to_utc(found if found.tzinfo else found.replace(tzinfo=zone))
    except ValueError:
        found = EARLIEST
    if not EARLIEST < found <= now():
        raise Rejected(f"{column} is before 1970 or in the future")
    return to_micros(found)


def moment_or_none(cell: object, column: str, zone: ZoneInfo) -> int | None:
    """A time that need not be there."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    return moment(cell, column, zone)


def shown(cell: object) -> str:
    """A cell for people: one line of plain characters, and no formula to a spreadsheet."""
    if cell is None:
        return ""
    if isinstance(cell, int | float | Decimal):
        return str(cell)[:100]
    if isinstance(cell, str) and re.fullmatch(r"\w{1,100}", cell, re.ASCII):
        return cell
    return ascii(cell)[:100]


def _there(cell: object, column: str) -> object:
    if cell is None:
        raise Rejected(f"{column} is missing")
    return cell


def _local(said: str) -> datetime:
    if named := _NAMED_MONTH.fullmatch(said):
        month, day, year, clock = named.groups()
        return datetime.fromisoformat(f"{year}-{_MONTHS.index(month) + 1:02}-{day} {clock}")
    if not _TIME.fullmatch(said):
        raise ValueError
    return datetime.fromisoformat(said.replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))


def _whole(cell: object, column: str, least: int, most: int) -> int:
    if type(cell) is int and least <= cell <= most:
        return cell  # as nearly all are
    found = _decimal(_there(cell, column))
    if found is None or found < least or (found.adjusted() <= _LARGEST and found % 1):
        raise Rejected(f"{column} is no whole number of {least} or more")
    if found > most:
        raise Rejected(f"{column} is too large")
    return int(found)


def _decimal(cell: object) -> Decimal | None:
    """The number in a cell, if one is; a float's is the shortest that is written so."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, float):
        return Decimal(repr(cell)) if math.isfinite(cell) else None
    if isinstance(cell, Decimal):
        return cell if cell.is_finite() else None
    return Decimal(cell) if isinstance(cell, int) else None
