"""`daybook report customer-orders`: a whole file, or none and one line that says why."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import openpyxl
import orjson
import pytest

from daybook.commands.report import Format, ReportFailed, fetch_report

DAYBOOK = Path(sys.executable).parent / "daybook"


def quiet(_count: int) -> None:
    pass


@pytest.fixture
def addresses(shop: dict[str, str], http: httpx2.Client) -> dict[str, str]:
    """A shop in which the number of Ann is the id of Bob."""

    def create(service: str, path: str, **body: Any) -> None:
        assert http.post(f"{shop[service]}{path}", json=body).status_code == 201

    create("customers", "/customers", name="Ann", number="2")
    create("customers", "/customers", name="Bob", number="B-7")
    create("products", "/categories", name="books")
    create("products", "/products", sku="A", name="Lamp", category_id=1, price_cents=5, quantity=9)
    for customer in (1, 2):
        create("sales", "/orders", customer_id=customer, lines=[{"product_id": 1, "quantity": 1}])
    return shop


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "report"


def names(out: Path) -> list[str]:
    return [row["customer_name"] for row in orjson.loads(out.read_bytes())]


def test_the_file_is_what_the_gateway_answers(
    addresses: dict[str, str], http: httpx2.Client, out: Path
) -> None:
    received: list[int] = []
    for chosen in Format:
        url = f"{addresses['gateway']}/report/customer-orders"
        answer = http.get(url, params={"format": chosen.value}).content
        fetch_report(addresses, chosen, out, received.append)
        if chosen is Format.excel:
            sheet = openpyxl.load_workbook(io.BytesIO(out.read_bytes())).active
            assert [row[1] for row in sheet.values] == ["customer_name", "Ann", "Bob"]
        else:
            assert out.read_bytes() == answer
        assert sum(received) == out.stat().st_size
        received.clear()
    assert list(out.parent.iterdir()) == [out]


def test_a_customer_is_looked_for_by_number_then_by_id(
    addresses: dict[str, str], out: Path
) -> None:
    for customer, name in (("2", "Ann"), ("1", "Ann"), ("B-7", "Bob"), ("b-7", "Bob")):
        fetch_report(addresses, Format.json, out, quiet, customer=customer)
        assert names(out) == [name]


@pytest.mark.parametrize("customer", ["17850", "C-99", "0", "9" * 18, "9" * 40, "²"])
def test_an_unknown_customer_is_told(addresses: dict[str, str], out: Path, customer: str) -> None:
    with pytest.raises(ReportFailed, match=f"^There is no customer {customer}[.]$"):
        fetch_report(addresses, Format.json, out, quiet, customer=customer)
    assert list(out.parent.iterdir()) == []


def test_filters_are_sent_and_what_is_wrong_with_them_is_told(
    addresses: dict[str, str], out: Path
) -> None:
    fetch_report(addresses, Format.json, out, quiet, filters={"status": ["closed"], "to": None})
    assert out.read_bytes() == b"[]"
    with pytest.raises(ReportFailed, match=r"^from must be a date"):
        fetch_report(addresses, Format.json, out, quiet, filters={"from": "soon"})
    assert out.read_bytes() == b"[]"  # the file of the time before is kept


def test_standard_output_takes_text_only(
    addresses: dict[str, str], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    fetch_report(addresses, Format.csv, None, quiet, customer="2")
    told = capfdbinary.readouterr().out
    assert told.startswith(b"customer_id,customer_name,")
    assert told.count(b"\r\n") == 2
    with pytest.raises(ReportFailed, match="--out names a file"):
        fetch_report(addresses, Format.excel, None, quiet)


def test_a_place_that_cannot_be_written_is_told(addresses: dict[str, str], out: Path) -> None:
    with pytest.raises(ReportFailed, match="cannot be written: No such file or directory"):
        fetch_report(addresses, Format.json, out.parent / "missing" / "x", quiet)
    with pytest.raises(ReportFailed, match="cannot be written: Is a directory"):
        fetch_report(addresses, Format.json, out.parent, quiet)


def test_an_interrupt_leaves_nothing_half_written(addresses: dict[str, str], out: Path) -> None:
    def interrupt(_count: int) -> None:
        assert len(list(out.parent.iterdir())) == 2
        raise KeyboardInterrupt

    out.write_text("of yesterday")
    with pytest.raises(KeyboardInterrupt):
        fetch_report(addresses, Format.csv, out, interrupt)
    assert out.read_text() == "of yesterday"
    assert list(out.parent.iterdir()) == [out]


def test_a_gateway_that_is_not_there_is_told(out: Path) -> None:
    with pytest.raises(ReportFailed, match=r"^127\.0\.0\.1:1 cannot be reached\.$"):
        fetch_report({"gateway": "http://127.0.0.1:1"}, Format.csv, out, quiet)


class CutShort(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"5\r\nhello\r\n")
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def cut_short() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), CutShort) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_report_that_breaks_off_is_not_written(cut_short: str, out: Path) -> None:
    with pytest.raises(ReportFailed, match=f"^The report broke off; {out} was not written"):
        fetch_report({"gateway": cut_short}, Format.csv, out, quiet)
    assert list(out.parent.iterdir()) == []


def test_the_command_starts_a_shop_for_the_moment_and_tells_problems_in_a_line(
    tmp_path: Path,
) -> None:
    environment = {**os.environ, "DAYBOOK_FOLDER": str(tmp_path / "shop")}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [DAYBOOK, "report", "customer-orders", *words]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    told = run("--format", "json")
    assert (told.returncode, told.stdout, told.stderr) == (0, "[]", "")
    told = run("--customer", "17850", "--format", "excel", "--out", str(tmp_path / "x.xlsx"))
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == "daybook: There is no customer 17850.\n"
    assert not (tmp_path / "x.xlsx").exists()
    told = run("--format", "excel", "--out", str(tmp_path / "x.xlsx"))
    assert (told.returncode, told.stdout, told.stderr) == (0, f"Wrote {tmp_path}/x.xlsx.\n", "")
    assert (tmp_path / "x.xlsx").stat().st_size > 1000
