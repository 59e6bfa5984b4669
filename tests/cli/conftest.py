"""A shop that sold, for the commands that copy it whole, and a folder that cannot be written."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command_fixtures import DAYBOOK
from copied_rows import furnish

from common.db import files
from common.db.session import Database
from common.importing.demo.writer import make_demo


@pytest.fixture(scope="session")
def furnished_file(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SQLite file of a shop that sold, to be copied."""
    file = tmp_path_factory.mktemp("furnished") / "daybook.db"
    shutil.copy(founded, file)
    with files.opened(file) as database:
        furnish(database)
    files.close_up(file)
    return file


@pytest.fixture
def backup(furnished_file: Path, tmp_path: Path) -> Path:
    """A backup of a shop."""
    folder = tmp_path / "safe place, 100% é"
    folder.mkdir()
    shutil.copy(furnished_file, folder / "backup?.db")
    return folder / "backup?.db"


@pytest.fixture
def other_file(founded: Path, environment: dict[str, str]) -> Path:
    """The database of another shop, on which the command works."""
    file = Path(environment["DAYBOOK_FOLDER"]) / "daybook.db"
    file.parent.mkdir()
    shutil.copy(founded, file)
    with files.opened(file) as database:
        make_demo(database, customers=3, orders=300, seed=7)
    return file


@pytest.fixture
def shop_file(furnished_file: Path, environment: dict[str, str]) -> Path:
    """The database of the shop that the command works on."""
    file = Path(environment["DAYBOOK_FOLDER"]) / "daybook.db"
    file.parent.mkdir()
    shutil.copy(furnished_file, file)
    return file


@pytest.fixture
def shop_database(shop_file: Path) -> Iterator[Database]:
    with files.opened(shop_file) as database:
        yield database


@pytest.fixture
def daybook_on_full_disk(
    environment: dict[str, str],
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a subcommand on a disk that is full once a file has so many kilobytes."""

    def run(kilobytes: int, *words: Any) -> subprocess.CompletedProcess[str]:
        limit = f'ulimit -f {kilobytes}; exec "$0" "$@"'
        return subprocess.run(
            ["bash", "-c", limit, DAYBOOK, *map(str, words)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder with a shop that nobody may write, root least of all."""
    folder = tmp_path / "shop"
    folder.mkdir()
    if os.geteuid() != 0:
        folder.chmod(0o500)
        yield folder
        folder.chmod(0o700)
        return
    if subprocess.run(["chattr", "+i", folder], capture_output=True, check=False).returncode:
        pytest.skip("root can write any folder here: this file system knows no immutable ones")
    yield folder
    subprocess.run(["chattr", "-i", folder], check=True)
