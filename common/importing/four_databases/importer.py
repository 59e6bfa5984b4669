"""Import the four databases of a folder."""

from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from common.db import shop
from common.db.session import Database
from common.importing.four_databases.files import FILES, opened
from common.importing.four_databases.reading import readings
from common.importing.progress import Progress
from common.importing.records import running
from common.importing.records.outcome import Outcome
from common.importing.records.running import Import
from common.money import decimals

SOURCE = "four-databases"


def run(
    database: Database,
    folder: Path,
    *,
    zone: ZoneInfo | None = None,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """As running.run; times without an offset are of `zone`, or of the shop's own."""
    with database.reading() as session:
        row = shop.the_shop(session)
    wanted = Import(
        source=SOURCE,
        opened=partial(opened, folder),
        readings=readings(zone or ZoneInfo(row.time_zone), decimals(row.currency)),
        files=[folder / name for name in FILES],
        currency=row.currency,
    )
    return running.run(database, wanted, dry_run=dry_run, rejects=rejects, progress=progress)
