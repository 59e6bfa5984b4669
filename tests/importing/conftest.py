"""Files like the publisher's, and an importer on the test's shop."""

import csv
import gzip
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from source_databases import FOUR, TRADE, make_four

from common.db.session import Database
from common.importing.four_databases import importer as four_databases
from common.importing.online_retail import importer
from common.importing.online_retail.outcome import Outcome
from common.importing.online_retail.source import COLUMNS
from common.importing.records.outcome import Outcome as RecordsOutcome

Cells = tuple[object, ...]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes lines as a CSV file, gzipped if its name says so."""

    def make(
        lines: Iterable[Cells],
        name: str = "year.csv",
        encoding: str = "utf-8",
        columns: Iterable[str] = COLUMNS,
    ) -> Path:
        path = tmp_path / name
        opened: Any = gzip.open if name.endswith(".gz") else open
        with opened(path, "wt", encoding=encoding, newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(lines)
        return path

    return make


@pytest.fixture
def bring(database: Database) -> Callable[..., Outcome]:
    """Imports a file into the test's shop."""

    def run(path: Path, tz: str = "UTC", **options: Any) -> Outcome:
        return importer.run(database, path, zone=ZoneInfo(tz), **options)

    return run


@pytest.fixture
def bring_four(database: Database, tmp_path: Path) -> Callable[..., RecordsOutcome]:
    """Imports the four databases; tables whose rows are not told are those of TRADE."""

    def run(
        tables: Any = FOUR,
        *,
        zone: ZoneInfo | None = None,
        dry_run: bool = False,
        rejects: Path | None = None,
        **rows: Any,
    ) -> RecordsOutcome:
        folder = make_four(tmp_path / "old", TRADE | rows, tables)
        return four_databases.run(database, folder, zone=zone, dry_run=dry_run, rejects=rejects)

    return run
