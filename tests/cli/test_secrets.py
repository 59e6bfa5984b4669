"""The secrets of the containers: made once, kept, and missed when they are lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not hasattr(os, "getuid") or os.getuid() != 0,
    reason="only root may give files to the user of the images",
)


def make(data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "daybook.containers.secrets", data],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def told(data: Path) -> dict[str, str]:
    folder = data / "secrets"
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_text() for path in paths}


def test_they_are_random_and_stay(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    assert (make(one).returncode, make(other).returncode) == (0, 0)
    first = told(one)
    assert make(one).returncode == 0
    assert told(one) == first
    root = first["mysql/root_password"]
    assert len(root) == 32
    assert first["init/administrator_url"] == f"mysql://root:{root}@mysql/mysql"
    assert first["init/database_url"].startswith("mysql://daybook:")
    assert first["init/daybook_migration_url"].startswith("mysql://daybook_owner:")
    assert first["services/database_url"] == first["init/database_url"]
    assert not set(first.values()) & set(told(other).values())


def test_one_that_was_removed_is_made_anew_for_all_who_need_it(tmp_path: Path) -> None:
    make(tmp_path)
    first = told(tmp_path)
    (tmp_path / "secrets" / "init" / "database_url").unlink()
    make(tmp_path)
    second = told(tmp_path)
    changed = {name for name in first if first[name] != second[name]}
    assert changed == {"init/database_url", "services/database_url"}
    assert second["services/database_url"] == second["init/database_url"]


def test_a_lost_password_is_not_replaced(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "mysql").mkdir()
    (tmp_path / "mysql" / "mysql.ibd").touch()
    assert make(tmp_path).returncode == 0
    (tmp_path / "secrets" / "mysql" / "root_password").unlink()
    done = make(tmp_path)
    assert (done.returncode, done.stderr) == (
        1,
        "data/mysql holds a database, and data/secrets/mysql/root_password, its password, is"
        " missing. Bring it back from where it was, or move data/mysql aside to begin anew.\n",
    )
    assert "mysql/root_password" not in told(tmp_path)


def test_for_a_database_elsewhere_nobody_administers_ours(tmp_path: Path) -> None:
    make(tmp_path)
    first = told(tmp_path)
    make(tmp_path, DATABASE_URL="postgresql://daybook@db.example/shop")
    assert told(tmp_path) == {
        name: text
        for name, text in first.items()
        if name not in {"init/administrator_url", "init/daybook_migration_url"}
    }
