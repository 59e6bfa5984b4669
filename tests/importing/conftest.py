"""Files like the publisher's, and an importer on the test's shop."""

import csv
import gzip
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from common.db.session import Database
from common.importing.online_retail import importer
from common.importing.online_retail.outcome import Outcome
from common.importing.online_retail.source import COLUMNS

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
