"""Moments are aware datetimes in UTC from the wire to the column, which stores no zone."""

from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from common.errors import Invalid

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """The present, in UTC, to the microsecond."""
    return datetime.now(UTC)


def to_utc(moment: datetime) -> datetime:
    """An aware moment in UTC. Raises ValueError beyond 1970 to 9998, where zones overflow."""
    try:
        found = moment.astimezone(UTC)
    except OverflowError:
        found = EARLIEST.replace(year=1)
    if not EARLIEST <= found < LATEST:
        raise ValueError("must lie between the years 1970 and 9998")
    return found


def instant(text: str) -> datetime:
    """The moment in UTC of an RFC 3339 time, which names its offset; else ValueError."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("must name its offset from UTC")
    return to_utc(found)


def zone(name: str, *, field: str = "tz") -> ZoneInfo:
    """The time zone of an IANA name such as `Europe/London`; else Invalid, naming the field."""
    if name not in _zones():
        raise Invalid({field: "must be the IANA name of a time zone, such as Europe/London"})
    return ZoneInfo(name)


@cache
def _zones() -> frozenset[str]:
    """The names that are zones: no paths, and not the machine's own."""
    return frozenset({*available_timezones(), "UTC"} - {"localtime", "Factory"})


def moment(text: str, local: ZoneInfo, *, field: str) -> datetime:
    """A date (its first instant in `local`) or an RFC 3339 time, in UTC; else Invalid."""
    try:
        if len(text) == len("2011-11-25"):
            return to_utc(datetime.combine(date.fromisoformat(text), time(), local))
        found = datetime.fromisoformat(text)
        return to_utc(found if found.tzinfo else found.replace(tzinfo=local))
    except ValueError:
        told = "must be a date (2011-11-25) or an RFC 3339 time, of the years 1970 to 9998"
        raise Invalid({field: told}) from None
