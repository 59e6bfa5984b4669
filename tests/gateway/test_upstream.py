"""The one way to call a service."""

import asyncio
import logging
from typing import Any

import httpx
import pytest
import sniffio
from pydantic import TypeAdapter

from common.errors import UpstreamFailed, UpstreamTimedOut
from common.settings import Settings
from gateway.upstream import Relayed, Upstreams, bare_errors, connect, together
from tests.gateway.fakes import Broken, Service, answer, served, until

pytestmark = pytest.mark.anyio
ANY: TypeAdapter[Any] = TypeAdapter(Any)
REFUSAL = {"title": "No", "status": 422, "detail": "x is odd", "code": "invalid", "shade": "red"}


async def ask(transport: Any, **options: Any) -> Any:
    async with connect(Settings(), httpx.MockTransport(transport)) as upstreams:
        return await upstreams.sales.get("/x", ANY, **options)


def test_httpx_finds_sniffio_without_searching() -> None:
    assert sniffio.__name__ == "sniffio"


async def test_a_sound_answer_is_parsed() -> None:
    assert await ask(lambda _request: httpx.Response(200, json={"a": [1]})) == {"a": [1]}


async def test_parameters_may_be_repeated_and_are_escaped() -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=str(request.url))

    url = await ask(echo, params=(("status", "a b"), ("status", "c&d")))
    assert url == "http://127.0.0.1:8001/x?status=a+b&status=c%26d"


@pytest.mark.parametrize(
    ("failure", "problem"),
    [
        (httpx.ConnectError("no"), UpstreamFailed),
        (httpx.ReadError("no"), UpstreamFailed),
        (httpx.RemoteProtocolError("no"), UpstreamFailed),
        (httpx.ReadTimeout("no"), UpstreamTimedOut),
        (httpx.PoolTimeout("no"), UpstreamTimedOut),
        (httpx.ConnectTimeout("no"), UpstreamTimedOut),
    ],
)
async def test_failures_are_problems_that_name_the_service_and_no_more(
    failure: Exception, problem: type[UpstreamFailed], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise failure

    with caplog.at_level(logging.WARNING), pytest.raises(UpstreamFailed) as raised:
        await ask(fail)
    assert type(raised.value) is problem
    assert raised.value.extra == {"service": "sales-service"}
    assert "'no'" not in raised.value.detail
    assert "'no'" in caplog.text


@pytest.mark.parametrize("status", [400, 401, 403, 422, 429])
async def test_what_the_caller_did_wrong_is_relayed(status: int) -> None:
    body = REFUSAL | {"status": status}
    kind = {"content-type": "application/problem+json"}
    with pytest.raises(Relayed) as raised:
        await ask(lambda _request: httpx.Response(status, json=body, headers=kind))
    assert (raised.value.status, raised.value.body) == (status, body)


@pytest.mark.parametrize("status", [404, 405, 409, 412, 500, 503])
async def test_what_the_gateway_did_wrong_is_its_own_failure(status: int) -> None:
    kind = {"content-type": "application/problem+json"}
    with pytest.raises(UpstreamFailed) as raised:
        await ask(lambda _request: httpx.Response(status, json=REFUSAL, headers=kind))
    assert raised.value.extra == {"service": "sales-service", "upstream_status": status}
    assert "x is odd" not in raised.value.detail


async def test_the_request_id_goes_along(service: Service, gateway: httpx.AsyncClient) -> None:
    service.answers = {"/check": [answer({"ok": True, "checks": []})]}
    await gateway.get("/check", headers={"x-request-id": "from-the-till-7"})
    assert "x-request-id: from-the-till-7" in service.heads[0].lower()
    response = await gateway.get("/check")
    assert f"x-request-id: {response.headers['x-request-id']}" in service.heads[1].lower()


async def test_no_cookie_is_kept_for_the_next_caller(service: Service, patient: Settings) -> None:
    cookie = {"set-cookie": "session=ann; Path=/"}
    service.answers = {"/check": [answer({"ok": True, "checks": []}, **cookie)]}
    # by name, for jars hold nothing for bare addresses
    named = {"sales_url": service.url.replace("127.0.0.1", "localhost")}
    async with served(patient.model_copy(update=named)) as gateway:
        for _ in range(3):
            response = await gateway.get("/check", headers={"cookie": "mine=1"})
            assert response.status_code == 200
            gateway.cookies.clear()
    assert service.opened == 1
    assert len(service.heads) == 3
    assert not any("cookie" in head.lower() for head in service.heads)


async def test_a_pooled_connection_that_died_is_tried_again_once(
    service: Service, gateway: httpx.AsyncClient
) -> None:
    sound = answer({"ok": True, "checks": []})
    writers: list[asyncio.StreamWriter] = []

    async def remember(writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await sound(writer)

    async def vanish(_writer: asyncio.StreamWriter) -> None:
        raise Broken

    service.answers = {"/check": [remember, vanish, sound]}
    assert (await gateway.get("/check")).status_code == 200
    assert (await gateway.get("/check")).status_code == 200
    assert (service.asked("/check"), service.opened) == (3, 2)
    writers[0].close()
    await until(lambda: service.connections == 1)
    service.answers = {"/check": [vanish]}
    assert (await gateway.get("/check")).status_code == 502
    assert service.asked("/check") == 5  # and no third time


async def test_calls_at_once_fail_with_a_bare_error_and_cancel_the_rest() -> None:
    cancelled = asyncio.Event()

    async def wait() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    async def fail() -> None:
        raise UpstreamFailed("no")

    with pytest.raises(UpstreamFailed, match="no"):
        await together(wait(), fail())
    assert cancelled.is_set()


async def test_calls_at_once_answer_in_their_order() -> None:
    async def late() -> int:
        await asyncio.sleep(0.01)
        return 1

    async def soon() -> str:
        return "two"

    assert await together(late(), soon()) == (1, "two")


def test_the_first_error_of_nested_groups_is_raised() -> None:
    group = ExceptionGroup("outer", [ExceptionGroup("inner", [KeyError("a"), ValueError("b")])])
    with pytest.raises(KeyError, match="a"), bare_errors():
        raise group


async def test_services_are_named_by_what_they_own() -> None:
    settings = Settings(sales_url="http://sales:1/")
    async with connect(settings, httpx.MockTransport(lambda _: httpx.Response(200))) as upstreams:
        assert isinstance(upstreams, Upstreams)
        assert upstreams.sales.url == "http://sales:1"
        names = [service.name for service in upstreams.all()]
    assert names == ["products-service", "sales-service", "customers-service"]
