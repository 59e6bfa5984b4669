"""Import the database of Order Management System v1."""

from functools import partial
from pathlib import Path

from common.db.session import Database
from common.importing.orders_v1.addresses import file_of, opened, url_of
from common.importing.orders_v1.reading import readings
from common.importing.progress import Progress
from common.importing.records import running
from common.importing.records.outcome import Outcome
from common.importing.records.running import Import

SOURCE = "orders-v1"


def run(
    database: Database,
    url: str,
    *,
    schema: str | None = None,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """As running.run; the tables are in the schema, or where the database looks for them."""
    found = url_of(url)
    file = file_of(found)
    wanted = Import(
        source=SOURCE,
        opened=partial(opened, found, schema),
        readings=readings(),
        files=[] if file is None else [file],
    )
    return running.run(database, wanted, dry_run=dry_run, rejects=rejects, progress=progress)
