"""Spans of time that reports ask for, and the hours, days and months that they fold into."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from common.errors import Invalid
from common.times import moment, zone

QUARTER_SECONDS = 900

# The periods by name, from the local time of the quarter of an hour to be folded.
PERIODS: Mapping[str, Callable[[datetime], str]] = {
    "hour": lambda local: local.strftime("%Y-%m-%dT%H"),
    "day": lambda local: local.strftime("%Y-%m-%d"),
    "week": lambda local: "{}-W{:02d}".format(*local.isocalendar()[:2]),
    "month": lambda local: local.strftime("%Y-%m"),
    "year": lambda local: local.strftime("%Y"),
}


@dataclass(frozen=True)
class Period:
    """From `start` (inclusive) to `end` (exclusive), either open; days are those of `zone`."""

    start: datetime | None
    end: datetime | None
    zone: ZoneInfo

    @classmethod
    def parse(cls, start: str | None, end: str | None, tz: str) -> "Period":
        """Read dates or RFC 3339 times; raises Invalid, naming `from`, `to` or `tz`."""
        local = zone(tz)
        begin = None if start is None else moment(start, local, field="from")
        finish = None if end is None else moment(end, local, field="to")
        if begin and finish and finish < begin:
            raise Invalid({"to": "must not lie before from"})
        return cls(begin, finish, local)


@lru_cache(maxsize=100_000)
def label(period: str, quarter: int, local: ZoneInfo) -> str:
    """The hour, day, ISO 8601 week, month or year in which a quarter of an hour lies."""
    start = datetime.fromtimestamp(quarter * QUARTER_SECONDS, UTC)
    return PERIODS[period](start.astimezone(local))
