"""`daybook report` verifies the trailer of ndjson, and leaves nothing half written."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from common.settings import Settings
from daybook.commands.report import Format, ReportFailed, fetch_report
from daybook.running import tell_addresses, the_only_one

DAYBOOK = Path(sys.executable).parent / "daybook"
ROWS = b'{"customer_name":"Ann"}\n{"customer_name":"Bob"}\n'
WHOLE = b'{"rows":2,"total_cents":10,"sha256":"%s"}\n' % hashlib.sha256(ROWS).hexdigest().encode()
BAD = {
    "nothing": (b"", "it is cut off, so its last line is missing"),
    "no trailer": (ROWS, "its last line, which proves the others, is missing"),
    "half a row": (ROWS[:-5], "it is cut off, so its last line is missing"),
    "half a trailer": (ROWS + WHOLE[:-5], "it is cut off, so its last line is missing"),
    "a row less": (ROWS[24:] + WHOLE, "1 rows came, and its last line tells of 2"),
    "another row": (
        ROWS.replace(b"Bob", b"Eve") + WHOLE,
        "its rows are not those of which its last line tells",
    ),
}


class Gateway(ThreadingHTTPServer):
    """Answers every report with these bytes; the answer ends when `ending` is set."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.told = b""
        self.ending = threading.Event()
        self.ending.set()

    @property
    def addresses(self) -> dict[str, str]:
        return {"gateway": f"http://127.0.0.1:{self.server_port}"}


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gateway

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        if told := self.server.told:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(told), told))
        self.server.ending.wait(120)
        self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.ending.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "report.ndjson"


@pytest.fixture
def command(gateway: Gateway, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts `daybook report customer-orders --format ndjson` where this gateway is the shop."""
    folder, started = tmp_path / "shop", []
    settings = Settings(folder=folder)

    def start(*words: str) -> subprocess.Popen[bytes]:
        line = [DAYBOOK, "report", "customer-orders", "--format", "ndjson", *words]
        environment = {**os.environ, "DAYBOOK_FOLDER": str(folder), "COLUMNS": "200"}
        pipe = subprocess.PIPE
        started.append(subprocess.Popen(line, env=environment, stdout=pipe, stderr=pipe))
        return started[-1]

    with the_only_one(settings):
        tell_addresses(settings, gateway.addresses)
        yield start
        for process in started:
            process.kill()
            process.communicate()


def entries(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


def test_a_true_trailer_is_taken(gateway: Gateway, out: Path) -> None:
    gateway.told = ROWS + WHOLE
    fetch_report(gateway.addresses, Format.ndjson, out, lambda _count: None)
    assert out.read_bytes() == ROWS + WHOLE
    assert entries(out.parent) == ["report.ndjson"]


def test_the_report_of_a_real_shop_is_taken(
    shop: dict[str, str], http: httpx2.Client, out: Path
) -> None:
    def create(service: str, path: str, **body: Any) -> None:
        assert http.post(f"{shop[service]}{path}", json=body).status_code == 201

    fetch_report(shop, Format.ndjson, out, lambda _count: None)
    assert orjson.loads(out.read_bytes())["rows"] == 0
    create("products", "/categories", name="books")
    create("products", "/products", sku="A", name="Ä 😀", category_id=1, price_cents=5, quantity=9)
    create("sales", "/orders", lines=[{"product_id": 1, "quantity": 2}])
    fetch_report(shop, Format.ndjson, out, lambda _count: None)
    line, trailer = map(orjson.loads, out.read_bytes().splitlines())
    assert (line["product_name"], line["line_total"]) == ("Ä 😀", 0.1)
    assert (trailer["rows"], trailer["total_cents"]) == (1, 10)


@pytest.mark.parametrize("bad", BAD)
def test_a_false_trailer_is_told_and_no_file_is_written(
    gateway: Gateway, out: Path, bad: str
) -> None:
    gateway.told, reason = BAD[bad]
    out.write_text("of yesterday")
    with pytest.raises(ReportFailed) as failed:
        fetch_report(gateway.addresses, Format.ndjson, out, lambda _count: None)
    assert str(failed.value) == f"The report is not whole: {reason}; {out} was not written."
    assert out.read_text() == "of yesterday"
    assert entries(out.parent) == ["report.ndjson"]


def test_the_other_formats_have_no_trailer(gateway: Gateway, out: Path) -> None:
    gateway.told = ROWS
    fetch_report(gateway.addresses, Format.csv, out, lambda _count: None)
    assert out.read_bytes() == ROWS


def test_standard_output_is_verified_too(
    gateway: Gateway, command: Callable[..., subprocess.Popen[bytes]]
) -> None:
    gateway.told = ROWS + WHOLE
    assert command().communicate(timeout=120) == (ROWS + WHOLE, b"")
    gateway.told, reason = BAD["another row"]
    process = command("--out", "-")
    told, complaint = process.communicate(timeout=120)
    assert process.returncode == 1
    assert told == gateway.told
    assert complaint == f"daybook: The report is not whole: {reason}.\n".encode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_command_that_is_ended_leaves_no_part_of_a_file(
    gateway: Gateway, command: Callable[..., subprocess.Popen[bytes]], out: Path, number: int
) -> None:
    gateway.told = ROWS
    gateway.ending.clear()
    out.write_text("of yesterday")
    process = command("--out", str(out))
    deadline = time.monotonic() + 60
    while len(entries(out.parent)) == 1:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == (130 if number == signal.SIGINT else 128 + number)
    assert out.read_text() == "of yesterday"
    assert entries(out.parent) == ["report.ndjson"]
