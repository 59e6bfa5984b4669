"""Backups of the shop in containers: taken while it sells, brought back whole."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from real_year import YEAR

from tests.e2e.buyers import buying, missing
from tests.e2e.containers import ContainerShop
from tests.e2e.figures import measured

DAYBOOK = Path(sys.executable).parent / "daybook"


def order(http: httpx2.Client, shop: ContainerShop, product: int) -> int:
    body = {"lines": [{"product_id": product, "quantity": 1}]}
    placed = http.post(f"{shop.addresses['sales']}/orders", json=body)
    assert placed.status_code == 201
    return int(placed.json()["id"])


def orders(http: httpx2.Client, shop: ContainerShop) -> int:
    asked = http.get(f"{shop.addresses['sales']}/orders", params={"_start": 0, "_end": 1})
    return int(asked.headers["X-Total-Count"])


def test_what_a_backup_holds_comes_back_and_what_came_later_does_not(
    containers: ContainerShop, goods: list[int], http: httpx2.Client, tmp_path: Path
) -> None:
    with buying(containers.addresses["gateway"], goods) as buyers:
        buyers.wait_for(50)
        said = containers.sure("backup", "friday.db", cwd=tmp_path)
        buyers.wait_for(10)
    assert said.splitlines()[-1] == f"The backup is in {tmp_path}/friday.db."
    assert dict(buyers.failures) == {}
    with closing(sqlite3.connect(tmp_path / "friday.db")) as backup:
        (kept,) = backup.execute("SELECT count(*) FROM orders").fetchone()
    assert 50 <= kept < orders(http, containers)

    with buying(containers.addresses["gateway"], goods) as late:
        late.wait_for(10)
        containers.sure("restore", "friday.db", cwd=tmp_path)
        late.wait_for(10)
    (before,) = (containers.folder / "backups").glob("before-restore-*.db")
    gone = missing(http, containers.addresses["sales"], late.acknowledged)
    with closing(sqlite3.connect(before)) as backup:
        there = {number for (number,) in backup.execute("SELECT id FROM orders")}
    assert gone, "what came after the backup is not in the shop"
    assert set(gone) <= there, "but in the copy, to the last order"
    assert len(late.acknowledged) == len(set(late.acknowledged)), "no number is given twice"
    assert min(set(late.acknowledged) - there) > max(there)

    containers.sure("restore", before)
    assert missing(http, containers.addresses["sales"], [*buyers.acknowledged, *gone]) == []
    shutil.rmtree(containers.folder / "backups")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Standard input holds no shop."),
        (b"not a database at all" * 100, "Standard input cannot be used: file is not a database."),
    ],
)
def test_what_is_no_backup_changes_nothing(
    containers: ContainerShop,
    goods: list[int],
    http: httpx2.Client,
    tmp_path: Path,
    content: bytes,
    told: str,
) -> None:
    order(http, containers, goods[0])
    there = orders(http, containers)
    (tmp_path / "wrong.db").write_bytes(content)
    running = containers.container("sales-service").attrs["State"]["StartedAt"]
    done = containers.manager("restore", "wrong.db", cwd=tmp_path)
    assert done.returncode == 1
    assert containers.container("sales-service").attrs["State"]["StartedAt"] == running
    assert f"daybook: {told}" in done.stderr.splitlines()
    assert orders(http, containers) == there


def test_a_backup_of_a_newer_daybook_is_refused(
    containers: ContainerShop, goods: list[int], http: httpx2.Client, tmp_path: Path
) -> None:
    file = tmp_path / "newer.db"
    containers.sure("backup", file)
    with closing(sqlite3.connect(file)) as backup:
        backup.execute("UPDATE alembic_version SET version_num = '9999'")
        backup.commit()
    there = orders(http, containers)
    done = containers.manager("restore", file)
    assert done.returncode == 1
    assert "was written by a newer Daybook; update Daybook first." in done.stderr
    assert orders(http, containers) == there


def test_no_backup_replaces_another_file(containers: ContainerShop, tmp_path: Path) -> None:
    (tmp_path / "friday.db").write_text("precious")
    done = containers.manager("backup", "friday.db", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        1,
        f"{tmp_path}/friday.db is there already, and stays as it is. Name another file.\n",
    )
    assert (tmp_path / "friday.db").read_text() == "precious"
    done = containers.manager("restore", "nothing.db", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        1,
        f"{tmp_path}/nothing.db is no file that can be read.\n",
    )


def test_an_embedded_shop_moves_into_containers_and_back(
    containers: ContainerShop, http: httpx2.Client, tmp_path: Path
) -> None:
    embedded = {**os.environ, "DAYBOOK_FOLDER": str(tmp_path / "var"), "DATABASE_URL": ""}

    def daybook(*words: object) -> str:
        command = [DAYBOOK, *map(str, words)]
        return subprocess.run(
            command, env=embedded, cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout

    report = ("report", "customer-orders", "--out")
    daybook("demo", "--customers", 30, "--orders", 300)
    daybook(*report, "embedded.csv")
    daybook("backup", "embedded.db")
    containers.sure("restore", "embedded.db", cwd=tmp_path)
    containers.sure("daybook", *report, "containers.csv", cwd=tmp_path)
    assert (tmp_path / "containers.csv").read_bytes() == (tmp_path / "embedded.csv").read_bytes()

    containers.sure("backup", "containers.db", cwd=tmp_path)
    daybook("restore", "containers.db")
    daybook(*report, "back.csv")
    assert (tmp_path / "back.csv").read_bytes() == (tmp_path / "embedded.csv").read_bytes()
    measured("moved from SQLite to MySQL and back", "the report is the same byte for byte")


@pytest.mark.skipif(YEAR.exists(), reason="test_real_year.py does it with more")
def test_a_backup_brings_a_shop_up_on_a_machine_that_had_none(
    containers: ContainerShop, http: httpx2.Client, tmp_path: Path
) -> None:
    containers.sure("backup", "shop.db", cwd=tmp_path)
    there = orders(http, containers)
    containers.sure("reset", "--yes")
    assert not (containers.folder / "data" / "mysql").exists()
    assert not (containers.folder / "data" / "secrets").exists()
    containers.sure("restore", "shop.db", cwd=tmp_path)
    assert orders(http, containers) == there
    containers.sure("daybook", "check")


def test_reset_asks(containers: ContainerShop, http: httpx2.Client) -> None:
    there = orders(http, containers)
    for given in ("", "yes\n"):
        done = containers.manager("reset", given=given)
        assert (done.returncode, done.stderr) == (1, "Nothing was removed.\n")
    assert orders(http, containers) == there
    containers.sure("reset", given="reset\n")
    assert containers.containers() == []
    containers.start()
    assert orders(http, containers) == 0
