"""The database of a service: who opens it, and how an endpoint gets at it.

An endpoint gets the database, not a session, and opens its transaction itself:

    with db.transaction() as session:
        order = service.place(session, body)

So 201 is sent only after the commit, and no connection is held while a request waits for
a thread: a session from a yield-dependency is, and under load that deadlocks.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, cast

import anyio
import anyio.to_thread
from fastapi import APIRouter, Depends, FastAPI, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError

from common.db.session import Database, connect
from common.errors import Conflict, Unavailable
from common.settings import Settings, get_settings
from common.web import problems
from common.web.app import States, create_app
from common.web.requests import RETRY_AFTER

_log = logging.getLogger("daybook")


async def _database(request: Request) -> AsyncIterator[Database]:
    """The database. Who may write waits here, not in a thread that readers need."""
    database = cast(Database, request.state.database)
    if request.method in _READING:
        yield database
        return
    async with request.state.writers:
        yield database


_READING = {"GET", "HEAD"}
# "function": the next writer's turn comes before this one's answer has been sent
DatabaseDep = Annotated[Database, Depends(_database, scope="function")]
IdPath = Annotated[int, Path(ge=-(2**63), le=2**63 - 1, description="The number of the record")]


def create_service(title: str, *routers: APIRouter, settings: Settings | None = None) -> FastAPI:
    """An app with these routers, on the database of the settings while it lives."""
    chosen = settings or get_settings()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> States:
        # As many connections as threads: nobody in a thread ever waits for a connection.
        anyio.to_thread.current_default_thread_limiter().total_tokens = chosen.threads
        database = connect(chosen)
        # three services share the threads when embedded; a quarter is left to readers
        writers = anyio.CapacityLimiter(max(1, chosen.threads // 4))
        yield {"database": database, "writers": writers}
        database.dispose()

    app = create_app(title, *routers, lifespan=lifespan, ready=_ready, settings=chosen)
    app.add_exception_handler(StaleDataError, _overtaken)
    app.add_exception_handler(IntegrityError, _overtaken)
    app.add_exception_handler(OperationalError, _not_now)
    return app


async def _ready(request: Request) -> dict[str, str]:
    await run_in_threadpool(_ask, request.state.database)
    return {"status": "ready", "database": "reachable"}


def _ask(database: Database) -> None:
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError as failed:
        raise Unavailable("The database cannot be reached.") from failed


async def _overtaken(request: Request, exc: Exception) -> JSONResponse:
    """Two changes met; the rules saw no conflict yet, the database did."""
    _log.warning("overtaken: %s", exc)
    return problems.render(request, Conflict("Another change came first; read again."))


async def _not_now(request: Request, exc: Exception) -> JSONResponse:
    """The database is gone, or its lock was held for longer than a request waits."""
    assert isinstance(exc, OperationalError)
    if getattr(exc.orig, "sqlite_errorname", "") == "SQLITE_ERROR":
        raise exc  # a statement of ours that SQLite does not take is a bug
    _log.warning("the database does not answer: %s", exc.orig)
    answer = problems.render(request, Unavailable("The database does not answer; try again."))
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer
