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
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.orm.exc import StaleDataError

from common.db.engine import OtherServer
from common.db.failures import Failure, OutcomeUnknown, meaning
from common.db.session import Database, connect
from common.db.telemetry import observe
from common.errors import Conflict, Unavailable
from common.schemas import Number
from common.settings import Settings, get_settings
from common.telemetry import Telemetry
from common.web import problems
from common.web.app import States, create_app
from common.web.idempotency import HEADER
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
IdPath = Annotated[Number, Path(ge=-(2**63), le=2**63 - 1, description="The number of the record")]


def create_service(title: str, *routers: APIRouter, settings: Settings | None = None) -> FastAPI:
    """An app with these routers, on the database of the settings while it lives."""
    chosen = settings or get_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> States:
        # As many connections as threads: nobody in a thread ever waits for a connection.
        anyio.to_thread.current_default_thread_limiter().total_tokens = chosen.threads
        database = connect(chosen)
        # three services share the threads when embedded; a quarter is left to readers
        writers = anyio.CapacityLimiter(max(1, chosen.threads // 4))
        _observe(app.state.telemetry, database, writers)
        yield {"database": database, "writers": writers}
        database.dispose()

    app = create_app(
        title,
        *routers,
        lifespan=lifespan,
        ready=_ready,
        settings=chosen,
        service=f"{title}-service",
    )
    tell_database_failures(app)
    return app


def tell_database_failures(app: FastAPI) -> None:
    """Make of what the database refuses the conflict that it is, or a time to come back."""
    app.add_exception_handler(StaleDataError, _overtaken)
    app.add_exception_handler(DBAPIError, _database_failed)
    app.add_exception_handler(NoConnectionLeft, _not_now)
    app.add_exception_handler(OtherServer, _not_now)


def _observe(telemetry: Telemetry, database: Database, writers: anyio.CapacityLimiter) -> None:
    observe(database.engine, telemetry)
    told = "Units of work that were begun anew, for another was in their way"
    database.begun_anew = telemetry.metrics.counted("daybook_units_of_work_begun_anew", told).inc
    waiting = "Requests that wait for their turn to write"
    telemetry.metrics.watch(
        "daybook_writers_waiting", waiting, lambda: writers.statistics().tasks_waiting
    )


async def _ready(request: Request) -> dict[str, str]:
    await run_in_threadpool(_ask, request.state.database)
    return {"status": "ready", "database": "reachable"}


def _ask(database: Database) -> None:
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OtherServer) as failed:
        raise Unavailable("The database cannot be reached.") from failed


async def _overtaken(request: Request, exc: Exception) -> JSONResponse:
    """Two changes met; the rules saw no conflict yet, the database did."""
    # of the database's own words, none: they repeat the row
    cause = type(getattr(exc, "orig", exc)).__name__
    _log.warning("overtaken", extra={"cause": cause, "sql": getattr(exc, "statement", None)})
    return problems.render(request, Conflict("Another change came first; read again."))


async def _database_failed(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, DBAPIError)
    match meaning(exc):
        case Failure.overtaken:
            return await _overtaken(request, exc)
        case Failure.hindered | Failure.unavailable:
            return await _not_now(request, exc)
        case Failure.fault:
            raise exc


async def _not_now(request: Request, exc: Exception) -> JSONResponse:
    """The database is gone, or its lock was held for longer than a request waits."""
    cause = getattr(exc, "orig", exc)
    _log.warning("the database does not answer: %s: %s", type(cause).__name__, cause)
    if isinstance(exc, OutcomeUnknown) and HEADER not in request.headers:
        told = "The database was gone before it said whether this was done."
        return problems.render(request, Unavailable(f"{told} Read before you repeat it."))
    answer = problems.render(request, Unavailable("The database does not answer; try again."))
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer
