"""A service by hand, and the gateway in front of it, both on real ports."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from common.settings import Settings
from tests.gateway.fakes import FAULTS, Service, served
from tests.gateway.recording import Recorder, listening


def settings_of(service: Service, patience: float) -> Settings:
    urls = dict.fromkeys(("products_url", "sales_url", "customers_url"), service.url)
    return Settings(connect_timeout=patience, upstream_timeout=patience, **urls)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def service(anyio_backend: str) -> AsyncIterator[Service]:
    """All three services in one, by hand, on a real port."""
    fake = Service()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield fake
    server.close()


@pytest.fixture
async def recorder(anyio_backend: str) -> AsyncIterator[Recorder]:
    """All three services in one, which keeps what it gets."""
    made = Recorder()
    async with listening(made.serve) as made.url:
        yield made


@pytest.fixture
def impatient(service: Service) -> Settings:
    """Settings of a gateway in front of the service, which waits for a moment.

    The moment is long enough for the sound services of a test on a busy machine.
    """
    return settings_of(service, patience=2)


@pytest.fixture
def patient(service: Service) -> Settings:
    """The same, which waits longer than any sound answer takes."""
    return settings_of(service, patience=60)


@pytest.fixture
async def gateway(
    request: pytest.FixtureRequest, impatient: Settings, patient: Settings
) -> AsyncIterator[httpx.AsyncClient]:
    """A gateway that waits long, except for a `fault` of the test's that hangs."""
    faults = getattr(request.node, "callspec", None)
    fault = faults.params.get("fault") if faults else None
    hangs = fault is not None and FAULTS[fault][1] == httpx.codes.GATEWAY_TIMEOUT
    async with served(impatient if hangs else patient) as client:
        yield client
