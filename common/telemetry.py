"""What an app tells of itself besides its log: counts always, traces where somebody takes them."""

from contextlib import AbstractAsyncContextManager, nullcontext
from importlib import import_module
from typing import Protocol

from opentelemetry.trace import TracerProvider

from common.metrics import Metrics
from common.settings import Settings


class _Tracing(Protocol):
    @property
    def provider(self) -> TracerProvider: ...

    def exporting(self) -> AbstractAsyncContextManager[None]: ...


class Telemetry:
    """Of one app, by the name of its `service`."""

    def __init__(self, service: str, version: str, settings: Settings) -> None:
        self.service = service
        self.metrics = Metrics(service, version)
        self._tracing: _Tracing | None = None
        if settings.traces_endpoint is not None:
            # a quarter of a second, which nobody waits for who wants no traces
            tracing = import_module("common.tracing")
            self._tracing = tracing.Tracing(service, version, str(settings.traces_endpoint))

    @property
    def tracer_provider(self) -> TracerProvider | None:
        """Makes the spans, if any are wanted."""
        return self._tracing.provider if self._tracing else None

    def exporting(self) -> AbstractAsyncContextManager[None]:
        """Spans leave as long as this is open; those that wait at its end leave within seconds."""
        return self._tracing.exporting() if self._tracing else nullcontext()
