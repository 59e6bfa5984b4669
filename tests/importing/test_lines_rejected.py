"""Lines that cannot be taken, and the file that tells of them."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from common.importing.online_retail.outcome import Outcome
from common.importing.online_retail.source import UnreadableFile
from common.importing.progress import Silence
from common.importing.rejects import RejectsUnwritable, rejects_file
from tests.importing.lines import row

Write = Callable[..., Path]
Bring = Callable[..., Outcome]
REASONS: list[tuple[tuple[object, ...], str]] = [
    (row(""), "InvoiceNo is missing"),
    (row("2", ""), "StockCode is missing"),
    (row("2", quantity=""), "Quantity is missing"),
    (row("2", quantity="many"), "Quantity is not a number"),
    (row("2", quantity="1.5"), "Quantity is not a whole number"),
    (row("2", quantity="0"), "Quantity is 0"),
    (row("2", quantity=10**9 + 1), "Quantity is too large"),
    (row("2", quantity="1e999999"), "Quantity is too large"),
    (row("2", quantity="1E9999999"), "Quantity is too large"),
    (row("2", price="1E9999999"), "UnitPrice is too large"),
    (row("2", price=""), "UnitPrice is missing"),
    (row("2", price="dear"), "UnitPrice is not a number"),
    (row("2", price="NaN"), "UnitPrice is not a number"),
    (row("2", price="Infinity"), "UnitPrice is not a number"),
    (row("2", price=10**13), "UnitPrice is too large"),
    (row("2", price=10**9, quantity=10**6), "the amount is too large"),
    (row("2", at=""), "InvoiceDate is missing"),
    (row("2", at="yesterday"), "InvoiceDate is not a time"),
    (row("2", at="13/13/2010 8:26"), "InvoiceDate is not a time"),
    (row("2", at="2999-01-01 00:00"), "InvoiceDate is before 1970 or in the future"),
    (row("2", at="0001-01-01 00:00"), "InvoiceDate is before 1970 or in the future"),
    (row("2" * 65), "InvoiceNo is longer than 64 characters"),
    (row("2", "A" * 65), "StockCode is longer than 64 characters"),
    (row("2", text_="x" * 201), "Description is longer than 200 characters"),
    (row("2", customer="x" * 65), "CustomerID is longer than 64 characters"),
    (row("o-2"), "InvoiceNo begins with O-, as Daybook's own do"),
    (row("2", customer="c-7"), "CustomerID begins with C-, as Daybook's own do"),
    (row("2", "POST", quantity=-1), "services hold no stock"),
    (("2", "A", "thing", 1, "2010-12-01 08:26"), "UnitPrice is missing"),
]


@pytest.mark.parametrize(("bad", "reason"), REASONS, ids=[reason for _, reason in REASONS])
def test_a_line_that_cannot_be_taken_is_told_by_reason(
    bad: tuple[object, ...],
    reason: str,
    write: Write,
    bring: Bring,
    tmp_path: Path,
    sales: TestClient,
) -> None:
    file = write([row("1"), bad, row("3")])
    told = bring(file, tz="Pacific/Kiritimati", rejects=tmp_path / "rejects.csv")
    assert (told.lines, told.order_lines, told.rejected) == (3, 2, {reason: 1})
    assert [order["number"] for order in sales.get("/orders").json()] == ["1", "3"]
    header, reject = (tmp_path / "rejects.csv").read_text().splitlines()
    assert header.startswith("line,reason,InvoiceNo,")
    assert reject.startswith(f'3,"{reason}"' if "," in reason else f"3,{reason},")


def test_an_invoice_comes_whole_or_not_at_all(
    write: Write, bring: Bring, tmp_path: Path, sales: TestClient
) -> None:
    lines = [row("1"), row("2"), row("1", "B", quantity="?"), row("1", "C", quantity=-1)]
    rejects = tmp_path / "rejects.csv"
    told = bring(write(lines), rejects=rejects)
    assert told.rejected == {
        "another line of the invoice was rejected": 2,
        "Quantity is not a number": 1,
    }
    assert (told.order_lines, told.write_offs, told.new_products) == (1, 0, 1)
    assert [each.split(",")[0] for each in rejects.read_text().splitlines()] == [
        *("line", "2", "4", "5")
    ]
    mended = [row("1"), row("2"), row("1", "B"), row("1", "C", quantity=-1)]
    again = bring(write(mended))
    assert (again.order_lines, again.write_offs, again.repeated) == (2, 1, 1)
    assert len(sales.get("/orders").json()) == 2


def test_nothing_is_imported_where_the_rejects_cannot_be_written(
    write: Write, bring: Bring, tmp_path: Path, snapshot: Callable[[], Any]
) -> None:
    before = snapshot()
    file = write([row("1"), row("2", quantity="?")])
    content = file.read_bytes()
    with pytest.raises(RejectsUnwritable, match="No such file"):
        bring(file, rejects=tmp_path / "no" / "rejects.csv")
    with pytest.raises(RejectsUnwritable, match="is the file to be imported"):
        bring(file, rejects=file)
    with pytest.raises(RejectsUnwritable, match="Is a directory"):
        bring(file, rejects=tmp_path)
    long = tmp_path / ("x" * 256)
    with pytest.raises(RejectsUnwritable) as refusal:
        bring(file, rejects=long)
    assert str(refusal.value) == f"{long} cannot be written: File name too long."
    with pytest.raises(RejectsUnwritable, match="No space left"):
        bring(file, rejects=Path("/dev/full"))
    assert Path("/dev/full").is_char_device()
    assert snapshot() == before
    assert file.read_bytes() == content


def test_the_rejects_of_a_failed_import_leave_those_of_another_alone(
    write: Write, bring: Bring, tmp_path: Path
) -> None:
    rejects = tmp_path / "rejects.csv"
    rejects.write_text("of yesterday")
    with pytest.raises(UnreadableFile):
        bring(tmp_path / "absent.csv", rejects=rejects)
    assert rejects.read_text() == "of yesterday"
    assert [each.name for each in tmp_path.iterdir() if "rejects" in each.name] == ["rejects.csv"]


@pytest.mark.parametrize(("dry_run", "work"), [(False, "import"), (True, "dry run")])
def test_a_list_that_cannot_be_put_in_place_is_kept_and_the_import_told_as_done(
    dry_run: bool, work: str, write: Write, bring: Bring, tmp_path: Path, sales: TestClient
) -> None:
    rejects = tmp_path / "rejects.csv"

    class Meanwhile(Silence):
        """Makes a folder where the list is to be, once nothing looks there any more."""

        def phase(self, name: str, total: int | None) -> None:  # noqa: ARG002 # as Progress has it
            if name == "Comparing with the shop":
                rejects.mkdir()

    with pytest.raises(RejectsUnwritable) as told:
        bring(
            write([row("1"), row("2", quantity="?")]),
            rejects=rejects,
            dry_run=dry_run,
            progress=Meanwhile(),
        )
    part = tmp_path / ".rejects.csv.part"
    assert str(told.value) == (
        f"The {work} was done, but {rejects} cannot be written: Is a directory."
        f" What was rejected is told in {part}."
    )
    assert [line.split(",")[:2] for line in part.read_text().splitlines()[1:]] == [
        ["3", "Quantity is not a number"]
    ]
    assert len(sales.get("/orders").json()) == (0 if dry_run else 1)


def test_a_folder_that_one_may_not_look_into(tmp_path: Path) -> None:
    rejects = tmp_path / "closed" / "rejects.csv"
    rejects.parent.mkdir()
    with (
        closed(rejects.parent),
        pytest.raises(RejectsUnwritable) as refusal,
        rejects_file(rejects, sources=[tmp_path / "p.db"], dry_run=False),
    ):
        pytest.fail("nothing can be written here")
    assert str(refusal.value) == f"{rejects} cannot be written: Permission denied."


@contextmanager
def closed(folder: Path) -> Iterator[None]:
    """Nobody may look into it; root, who may do everything, is somebody else meanwhile."""
    user = os.geteuid()
    folder.chmod(0)
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        folder.chmod(0o700)
