"""Seconds and memory of an import, against a bare executemany of the same rows.

python benchmarks/importing.py FILE [ROUNDS]
"""

import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from common.db.base import Base
from common.db.session import connect
from common.db.shop import found
from common.db.upgrade import upgrade
from common.importing.online_retail import importer
from common.settings import Settings


def prepared(folder: Path) -> Path:
    settings = Settings(folder=folder)
    database = connect(settings)
    upgrade(database)
    with database.transaction() as session:
        found(session, settings)
    database.dispose()
    return folder / "daybook.db"


class Stopwatch:
    """When each phase of an import begins."""

    def __init__(self) -> None:
        self.began: dict[str, float] = {}

    def phase(self, name: str, _total: int | None) -> None:
        self.began[name] = time.perf_counter()

    def advance(self, steps: int) -> None:
        pass


def run_import(file: Path, folder: Path) -> None:
    database = connect(Settings(folder=folder))
    watch, began = Stopwatch(), time.perf_counter()
    importer.run(database, file, zone=ZoneInfo("UTC"), progress=watch)
    ended = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(ended - began, ended - watch.began["Comparing with the shop"], peak)


def run_bare(source: Path, folder: Path) -> None:
    tables = [table.name for table in Base.metadata.sorted_tables if table.name != "shop"]
    with sqlite3.connect(source) as held:
        rows = {name: held.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
    database = sqlite3.connect(folder / "daybook.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        database.execute(f"PRAGMA {pragma}")
    began = time.perf_counter()
    database.execute("BEGIN IMMEDIATE")
    for name, found_rows in rows.items():
        if found_rows:
            marks = ",".join("?" * len(found_rows[0]))
            database.executemany(f"INSERT INTO {name} VALUES ({marks})", found_rows)
    database.execute("COMMIT")
    print(time.perf_counter() - began)


def measured(*words: object) -> list[float]:
    command = [sys.executable, __file__, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(figure) for figure in done.stdout.split()]


def main(file: Path, rounds: int) -> None:
    imports, bare = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as theirs:
            source = prepared(Path(ours))
            prepared(Path(theirs))
            imports.append(measured("--import", file, ours))
            bare.append(measured("--bare", source, theirs)[0])
    seconds, locked, peak = (median(figures) for figures in zip(*imports, strict=True))
    ratio = median(one[0] / other for one, other in zip(imports, bare, strict=True))
    locked_ratio = median(one[1] / other for one, other in zip(imports, bare, strict=True))
    print(
        f"import {seconds:.1f} s, of which the shop is locked {locked:.1f} s, peak {peak:.0f} MiB"
    )
    print(f"bare executemany {median(bare):.1f} s")
    print(f"ratio {ratio:.2f}, of the locked part {locked_ratio:.2f}")


if __name__ == "__main__":
    if sys.argv[1] == "--import":
        run_import(Path(sys.argv[2]), Path(sys.argv[3]))
    elif sys.argv[1] == "--bare":
        run_bare(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3)
