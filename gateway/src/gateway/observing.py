"""What the gateway tells of its calls to the services: how many, how long, how they ended."""

from collections.abc import Mapping
from importlib import import_module
from time import perf_counter

import httpx

from common.telemetry import Telemetry


class Observed(httpx.AsyncBaseTransport):
    """Counts every call by service and outcome, and times it until its answer begins.

    `urls` are those of the services, by the names that are told.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport, telemetry: Telemetry, urls: Mapping[str, str]
    ) -> None:
        self._transport = transport
        self._urls = urls
        self._calls = telemetry.metrics.timed(
            "http_client_request_duration_seconds",
            "Calls to services, until the answer begins",
            ("service", "http_response_status_code", "error_type"),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on."""
        status, failure, began = "", "", perf_counter()
        try:
            response = await self._transport.handle_async_request(request)
            status = str(response.status_code)
        except BaseException as failed:  # a client that left cancels the call
            # httpx-aiohttp calls most of them ConnectTimeout
            failure = type(failed.__cause__ or failed).__name__
            raise
        finally:
            service = self._service(str(request.url))
            self._calls.labels(service, status, failure).observe(perf_counter() - began)
        return response

    async def aclose(self) -> None:
        """Close the transport."""
        await self._transport.aclose()

    def _service(self, url: str) -> str:
        return next((name for name, base in self._urls.items() if url.startswith(f"{base}/")), "")


def trace(client: httpx.AsyncClient, telemetry: Telemetry) -> None:
    """Make a span of each call, and name it to the service, if traces are wanted."""
    if telemetry.tracer_provider is not None:
        instrumentation = import_module("opentelemetry.instrumentation.httpx")
        instrumentation.HTTPXClientInstrumentor.instrument_client(
            client, tracer_provider=telemetry.tracer_provider
        )
