"""CPU of a GET with its count and its log line, against the same without them.

    python benchmarks/observing.py [REQUESTS]

One process calls an app as its server would, without sockets; its endpoint does nothing, so
that little else is measured. The log goes into a file. Rounds are interleaved, medians told.
"""

import asyncio
import logging
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any

from fastapi import APIRouter, FastAPI, Request

from common.logs import LineWriter, formatter
from common.settings import Settings
from common.web.access import AccessMiddleware
from common.web.app import create_app

ROUNDS = 25
router = APIRouter()


@router.get("/things/{number}")
async def thing(number: int) -> dict[str, int]:
    return {"number": number}


@asynccontextmanager
async def living(_app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    yield {}


async def ready(_request: Request) -> dict[str, str]:
    return {}


async def ask(app: FastAPI) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        assert message.get("status", 200) == 200

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/things/7",
        "raw_path": b"/things/7",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"user-agent", b"benchmark")],
        "state": {},
    }
    await app(scope, receive, send)


async def measure(requests: int) -> None:
    told = {"lifespan": living, "ready": ready, "settings": Settings()}
    seen, unseen = (create_app("things", router, service="things", **told) for _ in range(2))
    unseen.user_middleware = [
        each for each in unseen.user_middleware if each.cls is not AccessMiddleware
    ]
    variants = {
        "without": (unseen, logging.INFO),
        "counted": (seen, logging.WARNING),
        "counted, logged": (seen, logging.INFO),
    }
    figures: dict[str, list[float]] = {variant: [] for variant in variants}
    for _ in range(ROUNDS):
        for variant, (app, level) in variants.items():
            logging.getLogger("daybook").setLevel(level)
            began = time.process_time()
            for _ in range(requests):
                await ask(app)
            figures[variant].append((time.process_time() - began) / requests * 1e6)
    for variant, found in figures.items():
        more = median(one - bare for one, bare in zip(found, figures["without"], strict=True))
        print(f"{variant:<16} {median(found):5.0f} us, {more:+4.0f} us")


def main(requests: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        descriptor = os.open(Path(folder) / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        writer = LineWriter(descriptor)
        writer.setFormatter(formatter("json"))
        logging.getLogger().addHandler(writer)
        asyncio.run(measure(requests))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
