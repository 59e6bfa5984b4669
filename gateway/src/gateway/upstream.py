"""The services behind the gateway: one way to connect, one way to call, one way to fail.

Upstream.get
├── 200, as expected                       the body, parsed and checked
├── a problem about what the caller sent   Relayed, as the service told it
├── took too long                          UpstreamTimedOut  504
└── anything else                          UpstreamFailed    502
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Annotated, Any, TypeVar, cast, overload

import aiohttp
import httpx
import orjson
from fastapi import Depends, Request
from pydantic import TypeAdapter, ValidationError

from common.errors import UpstreamFailed, UpstreamTimedOut
from common.settings import Settings
from common.telemetry import Telemetry
from common.web.problems import MEDIA_TYPE
from common.web.requests import ID_HEADER
from gateway.observing import Observed, trace
from gateway.services import PUBLIC, full_name
from gateway.transport import Transport

First = TypeVar("First")
Second = TypeVar("Second")
Expected = TypeVar("Expected")
Params = Sequence[tuple[str, str]]

CONNECTIONS_PER_SERVICE = 100
# What a service refuses because of what the caller sent. A 404 is the caller's only where
# the caller named the record; elsewhere the gateway asked for what is not there.
CALLERS_OWN = frozenset({400, 401, 403, 422, 429})

_log = logging.getLogger("daybook")


class Relayed(Exception):
    """A service refused the request because of what the caller sent; its words are passed on."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(str(body.get("detail")))
        self.status = status
        self.body = body


@dataclass(frozen=True)
class Upstream:
    """One service, called on behalf of one caller, whose `headers` go along."""

    name: str
    url: str
    client: httpx.AsyncClient
    # for what is passed through, which lasts for as long as a client takes: a pool of its own,
    # so that slow clients never hold up what the gateway itself asks
    passing: httpx.AsyncClient
    patience: float
    headers: Mapping[str, str]

    async def get(
        self,
        path: str,
        expected: TypeAdapter[Expected],
        params: Params = (),
        *,
        relay: frozenset[int] = CALLERS_OWN,
        patience: float | None = None,
    ) -> Expected:
        """What the service answers, checked; or one of the failures told at the top."""
        seconds = self.patience if patience is None else patience
        with self.failures():
            # The limits of the client are of silence only: a service that drips for ever ends here.
            async with asyncio.timeout(seconds):
                response = await self.client.get(
                    f"{self.url}{path}",
                    params=list(params),
                    headers=self.headers,
                    timeout=_limits(self.client.timeout, seconds),
                )
            if response.status_code == httpx.codes.OK:
                return expected.validate_json(response.content)
        raise self._refusal(response, relay)

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Raise what goes wrong inside as the problem of a gateway, which names the service."""
        try:
            yield
        except (httpx.HTTPError, aiohttp.ClientError, TimeoutError) as failed:
            raise self._failure(failed) from failed
        except ValidationError as wrong:
            raise self._failed("gave an answer that makes no sense") from wrong

    def _failure(self, failed: Exception) -> UpstreamFailed:
        cause = cause_of(failed)
        if isinstance(cause, TimeoutError | httpx.TimeoutException):
            self._tell(cause)
            return UpstreamTimedOut(f"{self.name} did not answer in time.", service=self.name)
        if isinstance(cause, aiohttp.ClientConnectorError | httpx.ConnectError):
            return self._failed("cannot be reached", cause)
        return self._failed("broke off, or gave an answer that makes no sense", cause)

    def _refusal(self, response: httpx.Response, relay: frozenset[int]) -> Exception:
        status = response.status_code
        if status in relay and response.headers.get("content-type") == MEDIA_TYPE:
            try:
                return Relayed(status, dict(orjson.loads(response.content)))
            except (ValueError, TypeError):
                pass
        return self._failed(f"answered with status {status}", upstream_status=status)

    def _failed(
        self, what: str, cause: BaseException | None = None, **extra: Any
    ) -> UpstreamFailed:
        self._tell(cause or what)
        return UpstreamFailed(f"{self.name} {what}.", service=self.name, **extra)

    def _tell(self, what: object) -> None:
        _log.warning("%s: %r", self.name, what)


def cause_of(failed: Exception) -> BaseException:
    """What tells failures of a call apart: httpx-aiohttp calls most of them ConnectTimeout."""
    return failed if isinstance(failed, TimeoutError) else failed.__cause__ or failed


@dataclass(frozen=True)
class Upstreams:
    """The services, by what they own."""

    by_name: Mapping[str, Upstream]

    def __getitem__(self, service: str) -> Upstream:
        return self.by_name[service]

    @property
    def sales(self) -> Upstream:
        """Orders, sales, and the proof of them."""
        return self["sales"]

    @property
    def customers(self) -> Upstream:
        """Customers, contacts and purchases."""
        return self["customers"]

    def all(self) -> tuple[Upstream, ...]:
        """Every service."""
        return tuple(self.by_name.values())

    def on_behalf_of(self, request: Request) -> "Upstreams":
        """The services as the sender of `request` calls them."""
        headers = {ID_HEADER: request.scope.get("request_id", "")}
        return Upstreams(
            {name: replace(each, headers=headers) for name, each in self.by_name.items()}
        )


@asynccontextmanager
async def connect(
    settings: Settings,
    transport: httpx.AsyncBaseTransport | None = None,
    telemetry: Telemetry | None = None,
) -> AsyncIterator[Upstreams]:
    """The services that the settings name; all are reached over `transport` if there is one."""
    patience = settings.upstream_timeout
    urls = {name: getattr(settings, f"{name}_url").rstrip("/") for name in PUBLIC}

    def client() -> httpx.AsyncClient:
        chosen = transport or Transport(per_service=CONNECTIONS_PER_SERVICE)
        if telemetry is None:
            return _client(settings, chosen)
        told = {full_name(name): url for name, url in urls.items()}
        made = _client(settings, Observed(chosen, telemetry, told))
        trace(made, telemetry)
        return made

    async with client() as own, client() as passing:
        yield Upstreams(
            {
                name: Upstream(full_name(name), url, own, passing, patience, {})
                for name, url in urls.items()
            }
        )


def _client(settings: Settings, transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=transport,
        timeout=httpx.Timeout(settings.upstream_timeout, connect=settings.connect_timeout),
        # A jar would send one caller's cookies along with the next caller's request.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        trust_env=False,
    )


async def _upstreams(request: Request) -> Upstreams:
    return cast(Upstreams, request.state.upstreams).on_behalf_of(request)


UpstreamsDep = Annotated[Upstreams, Depends(_upstreams)]


@overload
async def together(
    first: Coroutine[Any, Any, First], second: Coroutine[Any, Any, Second], /
) -> tuple[First, Second]: ...
@overload
async def together(*calls: Coroutine[Any, Any, First]) -> tuple[First, ...]: ...
async def together(*calls: Coroutine[Any, Any, Any]) -> tuple[Any, ...]:
    """Await all calls at once; when one fails, cancel the rest and raise its error bare."""
    with bare_errors():
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(call) for call in calls]
    return tuple(task.result() for task in tasks)


@contextmanager
def bare_errors() -> Iterator[None]:
    """Raise the first error of a group by itself: a group would slip past the handlers."""
    try:
        yield
    except BaseExceptionGroup as group:
        first: BaseException = group
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from first.__cause__


def _limits(usual: httpx.Timeout, seconds: float) -> httpx.Timeout:
    return httpx.Timeout(seconds, connect=usual.connect)
