"""The log: one line of JSON for each request, and no word in it that a caller chose."""

import asyncio
import json
import logging
import os
import re
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient

from common.logs import LineWriter, formatter
from common.settings import Settings
from common.web.app import create_app

Lines = Callable[[], list[dict[str, Any]]]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
FIRST = ["time", "level", "logger", "event", "request_id", "service"]
REQUEST = [*FIRST, "caller", "method", "route", "status", "duration_ms"]
router = APIRouter()


@router.get("/things/{number}")
def thing(number: int) -> dict[str, str]:
    logging.getLogger("daybook").warning("looked at thing %d", number)
    return {"thread": threading.current_thread().name}


@router.get("/broken")
def broken() -> None:
    card_number = "4111-1111"
    raise RuntimeError(f"no card of {len(card_number)} digits")


@router.get("/cut")
async def cut() -> StreamingResponse:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"a"
        raise RuntimeError("the source is gone")

    return StreamingResponse(chunks())


@router.get("/endless")
async def endless() -> StreamingResponse:
    async def chunks() -> AsyncIterator[bytes]:
        while True:
            yield b"a"
            await asyncio.sleep(0.01)

    return StreamingResponse(chunks())


async def ready(_request: Request) -> dict[str, str]:
    return {"status": "ready"}


@asynccontextmanager
async def living(_app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    yield {}


@pytest.fixture
def app() -> FastAPI:
    told = {"lifespan": living, "ready": ready, "service": "things-service"}
    return create_app("things", router, settings=Settings(), **told)


@pytest.fixture
def things(app: FastAPI) -> Iterator[TestClient]:
    base = "http://localhost"
    with TestClient(app, base_url=base, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Lines]:
    """What is logged from now on, in a file."""
    file = tmp_path / "log"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    root, daybook = logging.getLogger(), logging.getLogger("daybook")
    handler = LineWriter(descriptor)
    handler.setFormatter(formatter("json"))
    root.addHandler(handler)
    daybook.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in file.read_bytes().splitlines()]
    root.removeHandler(handler)
    daybook.setLevel(logging.NOTSET)
    os.close(descriptor)


def plain(line: dict[str, Any]) -> dict[str, Any]:
    """The line without what differs each time, which is of its kind."""
    rest = dict(line)
    assert TIME.fullmatch(rest.pop("time"))
    assert isinstance(rest.pop("duration_ms"), float)
    return rest


def request(route: str | None, status: int, request_id: str, **more: str) -> dict[str, Any]:
    return {
        "level": "info",
        "logger": "daybook.access",
        "event": "request",
        "service": "things-service",
        "request_id": request_id,
        "caller": "anonymous",
        "method": "GET",
        "route": route,
        "status": status,
        **more,
    }


def test_a_request_is_one_line_and_what_happens_in_its_thread_bears_its_id(
    things: TestClient, lines: Lines
) -> None:
    answer = things.get("/things/7?token=secret", headers={"X-Request-ID": "till-7"})
    assert (answer.status_code, answer.headers["x-request-id"]) == (200, "till-7")
    assert answer.json()["thread"] != threading.current_thread().name
    warned, told = lines()
    assert [sorted(warned), sorted(told)] == [sorted(FIRST), sorted(REQUEST)]
    assert [next(iter(line)) for line in lines()] == ["time", "time"]
    assert warned["event"] == "looked at thing 7"
    assert (warned["level"], warned["request_id"]) == ("warning", "till-7")
    assert warned["service"] == "things-service"
    assert plain(told) == request("/things/{number}", 200, "till-7")


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [
        ("/nowhere", None, 404),
        ("/nowhere%0a%7b%22level%22:%22error%22%7d", None, 404),
        ("/things/a%0ab", "/things/{number}", 422),
    ],
)
def test_refusals_tell_the_route_and_never_the_path(
    path: str, route: str | None, status: int, things: TestClient, lines: Lines
) -> None:
    answer = things.get(path, headers={"X-Request-ID": "r"})
    assert answer.status_code == status
    assert [plain(line) for line in lines()] == [request(route, status, "r")]


@pytest.mark.parametrize("unsound", ['a"\n{"level": "error"}', "a b", "ä", "x" * 129, "\x1b[31m"])
def test_an_unsound_id_is_replaced(
    unsound: str, app: FastAPI, things: TestClient, lines: Lines
) -> None:
    headers = [(b"host", b"localhost"), (b"x-request-id", unsound.encode())]
    asyncio.run(asked(app, "/things/1", headers=headers))
    for line in lines():
        assert uuid.UUID(hex=line["request_id"])
    assert len(lines()) == 2


def test_an_unknown_method_is_told_as_such(app: FastAPI, lines: Lines, things: TestClient) -> None:
    asyncio.run(asked(app, "/things/1", method="BREW\n{}"))
    assert [plain(line) for line in lines()] == [
        request("/things/{number}", 405, lines()[0]["request_id"]) | {"method": "OTHER"}
    ]


def test_a_failure_tells_its_traceback_without_values(things: TestClient, lines: Lines) -> None:
    answer = things.get("/broken", headers={"X-Request-ID": "r"})
    assert answer.status_code == 500
    failed, told = lines()
    assert plain(told) == request("/broken", 500, "r")
    assert (failed["level"], failed["event"]) == ("error", "request failed")
    assert (failed["request_id"], failed["method"], failed["route"]) == ("r", "GET", "/broken")
    (exception,) = failed["exception"]
    assert exception["exc_type"] == "RuntimeError"
    assert exception["exc_value"] == "no card of 9 digits"
    assert exception["frames"][-1]["name"] == "broken"
    assert "4111" not in json.dumps(failed)


def test_an_answer_that_breaks_off_is_told_as_aborted(things: TestClient, lines: Lines) -> None:
    things.get("/cut", headers={"X-Request-ID": "r"})
    requests = [line for line in lines() if line["event"] == "request"]
    assert [plain(line) for line in requests] == [request("/cut", 200, "r", error="aborted")]


def test_a_client_that_leaves_is_told_as_499(
    app: FastAPI, things: TestClient, lines: Lines
) -> None:
    headers = [(b"host", b"localhost"), (b"x-request-id", b"r")]
    asyncio.run(asked(app, "/endless", headers=headers, leaves=True))
    assert [plain(line) for line in lines()] == [request("/endless", 499, "r")]


def test_probes_and_readings_are_not_logged(things: TestClient, lines: Lines) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert things.get(path).status_code == 200
    assert lines() == []


def test_a_preflight_has_an_id_and_a_line(things: TestClient, lines: Lines) -> None:
    headers = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "GET"}
    answer = things.options("/things/1", headers=headers)
    (told,) = lines()
    assert (told["method"], told["status"]) == ("OPTIONS", 200)
    assert told["request_id"] == answer.headers["x-request-id"]


async def asked(
    app: FastAPI,
    path: str,
    *,
    method: str = "GET",
    headers: list[tuple[bytes, bytes]] | None = None,
    leaves: bool = False,
) -> None:
    """Ask as a server does whose parser lets everything through."""
    begun = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not leaves:
            return {"type": "http.request", "body": b"", "more_body": False}
        await begun.wait()
        return {"type": "http.disconnect"}

    async def send(_message: MutableMapping[str, Any]) -> None:
        begun.set()

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers or [(b"host", b"localhost")],
        "state": {},
    }
    async with asyncio.timeout(60):
        await app(scope, receive, send)
