"""Import the customers and the purchases in one SQLite file."""

from functools import partial
from pathlib import Path

from common.db.session import Database
from common.importing.progress import Progress
from common.importing.purchases.reading import CUSTOMERS, PURCHASES, customer, purchase
from common.importing.records import running, sqlite
from common.importing.records.outcome import Outcome
from common.importing.records.running import Import, Reading

SOURCE = "purchases"


def run(
    database: Database,
    file: Path,
    *,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """As running.run."""
    wanted = Import(
        source=SOURCE,
        opened=partial(sqlite.opened, file, [CUSTOMERS, PURCHASES]),
        readings=[Reading(CUSTOMERS, customer), Reading(PURCHASES, purchase)],
        files=[file],
    )
    return running.run(database, wanted, dry_run=dry_run, rejects=rejects, progress=progress)
