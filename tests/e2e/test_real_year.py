"""A real shop's year in containers: imported into MySQL, reconciled, backed up and brought back."""

import csv
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from real_year import IMPORTED, YEAR, needs_the_year

from tests.e2e.containers import ContainerShop
from tests.e2e.figures import measured

pytestmark = [
    needs_the_year,
    pytest.mark.skipif("DAYBOOK_WITHOUT_THE_YEAR" in os.environ, reason="only at length"),
    pytest.mark.timeout(900),
]


@pytest.fixture(scope="module")
def imported(founded: ContainerShop) -> Iterator[list[str]]:
    """What the import into an empty shop says at its end."""
    founded.begin_anew()
    founded.wait_until_ready()
    began = time.monotonic()
    told = founded.sure("daybook", "import", "online-retail", YEAR, seconds=600)
    measured("import of the real year into MySQL", f"{time.monotonic() - began:.1f} s")
    yield [line.strip() for line in told.splitlines()]
    founded.begin_anew()


def test_every_line_is_accounted_for(imported: list[str]) -> None:
    assert imported == [
        *IMPORTED,
        "To see the orders: ./docker-manager.sh daybook report customer-orders --out orders.csv",
    ]


def test_reports_tie_out(
    imported: list[str], containers: ContainerShop, http: httpx2.Client, tmp_path: Path
) -> None:
    (customer,) = http.get(f"{containers.addresses['gateway']}/customers?number=17850").json()
    of_one = _report(containers, {"customer_id": customer["id"]}, tmp_path)
    assert (len(of_one), _cents(of_one)) == (312, 528_863)
    of_all = _report(containers, {}, tmp_path)
    assert (len(of_all), _cents(of_all)) == (540_573, 974_774_793)


def test_the_workbook_of_all_is_written_on_disk(
    imported: list[str], containers: ContainerShop, tmp_path: Path
) -> None:
    began = time.monotonic()
    _fetch(containers, {"format": "excel"}, tmp_path / "all.xlsx")
    measured("the whole year's workbook", f"{time.monotonic() - began:.1f} s")
    gateway = containers.container("gateway")
    peak = gateway.stats(stream=False)["memory_stats"]
    measured("memory of the gateway then", f"{peak['usage'] / 2**20:.0f} MiB")
    assert (tmp_path / "all.xlsx").read_bytes()[:2] == b"PK"
    assert gateway.exec_run("sh -c 'ls /tmp | grep -c daybook'").output == b"0\n"


def test_it_is_backed_up_and_brought_back(
    imported: list[str], containers: ContainerShop, tmp_path: Path
) -> None:
    began = time.monotonic()
    containers.sure("backup", tmp_path / "year.db", seconds=600)
    backup = time.monotonic() - began
    containers.sure("reset", "--yes")
    began = time.monotonic()
    containers.sure("restore", tmp_path / "year.db", seconds=600)
    restore = time.monotonic() - began
    size = (tmp_path / "year.db").stat().st_size / 1e6
    measured("backup of the real year", f"{backup:.1f} s, {size:.0f} MB")
    measured("restore of it on a machine that had no shop", f"{restore:.1f} s")
    assert _cents(_report(containers, {}, tmp_path)) == 974_774_793
    assert containers.sure("daybook", "check").splitlines()[-1] == "All 38 checks hold."


def _report(shop: ContainerShop, given: dict[str, Any], folder: Path) -> list[dict[str, str]]:
    _fetch(shop, given | {"format": "csv"}, folder / "report.csv")
    with (folder / "report.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def _cents(lines: list[dict[str, str]]) -> int:
    return sum(round(float(line["line_total"]) * 100) for line in lines)


def _fetch(shop: ContainerShop, given: dict[str, Any], into: Path) -> None:
    url = f"{shop.addresses['gateway']}/report/customer-orders"
    with httpx2.stream("GET", url, params=given, timeout=300) as answer, into.open("wb") as file:
        assert answer.status_code == 200
        for chunk in answer.iter_bytes():
            file.write(chunk)
