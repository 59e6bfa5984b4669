"""Open the shop that is there: nothing is made, migrated or founded."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common.db.identity import DatabaseIsEmpty, recognise
from common.db.session import Database
from common.settings import Settings
from daybook.database import ELSEWHERE, connected, name_of, told_plainly
from daybook.failures import CommandFailed
from daybook.running import database_file


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database of a shop, whose schema may be an older one; CommandFailed says why not."""
    file = database_file(settings)
    if file is not None and not _may_be_there(file):  # else SQLite would make it
        raise CommandFailed(f"There is no shop in {file}. {ELSEWHERE}")
    database = connected(settings, settings.database_url)
    try:
        with told_plainly(database):
            try:
                recognise(database)
            except DatabaseIsEmpty:
                raise CommandFailed(f"{name_of(database)} holds no shop. {ELSEWHERE}") from None
        yield database
    finally:
        database.dispose()


def _may_be_there(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:  # opening it tells why
        return True
