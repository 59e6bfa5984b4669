"""Where the log goes: it never holds a request up, whatever becomes of its reader."""

import json
import logging
import os
import pty
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from common.logs import LineWriter, formatter


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Reading and writing end."""
    ends = os.pipe()
    yield ends
    for end in ends:
        with suppress(OSError):
            os.close(end)


def logger_on(descriptor: int) -> logging.Logger:
    logger = logging.Logger("daybook")
    handler = LineWriter(descriptor)
    handler.setFormatter(formatter("json"))
    logger.addHandler(handler)
    return logger


def read(descriptor: int) -> list[dict[str, Any]]:
    """All lines that are there; the last may be cut."""
    os.set_blocking(descriptor, False)
    data = b""
    with suppress(BlockingIOError):
        while piece := os.read(descriptor, 2**16):
            data += piece
    return [json.loads(line) for line in data.splitlines()]


def test_a_reader_that_sleeps_loses_lines_and_is_told_how_many(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    logger = logger_on(writing)
    for number in range(2000):  # far more than a pipe holds
        logger.warning("line %d", number)
    before = read(reading)
    assert [line["event"] for line in before] == [f"line {n}" for n in range(len(before))]
    assert 0 < len(before) < 2000
    logger.warning("the reader is awake")
    lost, last = read(reading)
    assert (lost["event"], lost["lines"]) == ("lines of this log were lost", 2000 - len(before))
    assert last["event"] == "the reader is awake"


def test_long_lines_come_whole(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    logger = logger_on(writing)
    logger.warning("x" * 20_000)
    assert [line["event"] for line in read(reading)] == ["x" * 20_000]


def test_after_a_line_that_was_cut_the_next_begins_a_line(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    logger = logger_on(writing)
    logger.warning("x" * 200_000)  # more than the pipe holds
    os.set_blocking(reading, False)
    assert len(os.read(reading, 2**20)) < 200_000
    logger.warning("next")
    rest = os.read(reading, 2**20).splitlines()
    assert [json.loads(line)["event"] for line in rest if line] == [
        "lines of this log were lost",
        "next",
    ]


def test_a_reader_that_is_gone_is_no_failure(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    logger = logger_on(writing)
    os.close(reading)
    for _ in range(3):
        logger.warning("nobody hears")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_disk_is_no_failure() -> None:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    logger_on(descriptor).warning("no room")
    os.close(descriptor)


def test_what_cannot_be_told_is_no_failure(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    logger = logger_on(writing)
    logger.warning("%d", "no number")
    logger.warning("surrogates: %s, bytes: %s", "\udc80", b"\xff", extra={"odd": object})
    lost, told = read(reading)
    assert lost["lines"] == 1
    assert told["event"] == "surrogates: \udc80, bytes: b'\\xff'"


def test_the_shop_logs_each_request_once_for_each_app_that_served_it(
    started: Callable[..., Any], http: httpx2.Client, tmp_path: Path
) -> None:
    with started(into=tmp_path / "log") as shop:
        for _ in range(3):
            answer = http.get(
                f"{shop.addresses['gateway']}/products", headers={"X-Request-ID": "r"}
            )
            assert answer.status_code == 200
        assert http.get(f"{shop.addresses['gateway']}/nowhere").status_code == 404
        assert http.get(f"{shop.addresses['gateway']}/readyz").status_code == 200
        shop.stop()
    told = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [(line["service"], line["route"], line["status"]) for line in told] == [
        *[("products-service", "/products", 200), ("gateway", "/products", 200)] * 3,
        ("gateway", None, 404),
    ]
    assert [line["request_id"] for line in told[:6]] == ["r"] * 6


def test_a_log_that_nobody_reads_stops_no_request(
    started: Callable[..., Any], http: httpx2.Client
) -> None:
    with started() as shop:  # its log goes into a pipe, which is not read any more
        url = f"{shop.addresses['gateway']}/products"
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: http.get(url).status_code, range(300)))
        assert answers == [200] * 300
        code, _ = shop.stop()
    assert code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
@pytest.mark.parametrize(("level", "lines"), [("", 0), ("info", 2)])
def test_on_a_terminal_requests_are_shown_on_demand_and_readable(
    level: str, lines: int, started: Callable[..., Any], http: httpx2.Client
) -> None:
    screen, terminal = pty.openpty()
    with started(into=terminal, DAYBOOK_LOG_LEVEL=level) as shop:
        assert http.get(f"{shop.addresses['gateway']}/products").status_code == 200
        shop.stop()
    os.close(terminal)
    shown = b""
    with suppress(OSError):  # Linux tells the end of a terminal so
        while piece := os.read(screen, 2**16):
            shown += piece
    os.close(screen)
    assert shown.count(b"\n") == lines
    assert shown.count(b"/products") == lines
    assert b"{" not in shown
