"""What the commands share that bring the records of another system."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeAlias
from zoneinfo import ZoneInfo

import typer

from common.db.session import Database
from common.errors import Invalid
from common.settings import get_settings
from common.times import zone
from daybook.failures import CommandFailed
from daybook.preparing import prepared
from daybook.terminal import Bar, bars, say

# Seconds for which an import waits for its turn: another one may take minutes.
PATIENCE = 3600.0

DryRun: TypeAlias = Annotated[bool, typer.Option(help="Tell all, write nothing")]
Rejects: TypeAlias = Annotated[
    Path | None, typer.Option(help="Write what is not taken here, and why")
]


@contextmanager
def shop() -> Iterator[tuple[Database, Bar]]:
    """The shop, made where there is none, and bars for whoever watches."""
    settings = get_settings().model_copy(update={"lock_timeout": PATIENCE})
    with prepared(settings, say=say) as database, bars() as bar:
        yield database, bar


def zone_of(tz: str) -> ZoneInfo:
    """The time zone that the option `--tz` names."""
    try:
        return zone(tz)
    except Invalid as wrong:
        raise CommandFailed(f"--tz {wrong.errors['tz']}.") from None
