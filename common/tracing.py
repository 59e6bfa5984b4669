"""Traces, by OpenTelemetry: who makes the spans of an app, and how they leave it.

Imported only where traces are wanted.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from threading import Thread
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import SpanKind, Status

# Seconds that the last spans get to leave, when their collector is slow or gone.
LAST_WORDS = 2.0
_URLS = ("http.url", "url.full")


class Tracing:
    """The tracer of one app. Its spans are dropped until `exporting` is entered."""

    def __init__(self, service: str, version: str, endpoint: str) -> None:
        about = {
            "service.name": service,
            "service.version": version,
            "service.namespace": "daybook",
        }
        # nobody but us ends it: at exit it would wait for as long as its collector likes
        self.provider = TracerProvider(resource=Resource.create(about), shutdown_on_exit=False)
        self._endpoint = f"{endpoint.rstrip('/')}/v1/traces"

    @asynccontextmanager
    async def exporting(self) -> AsyncIterator[None]:
        """Send the spans in batches from a thread of its own, until the end of the `with`."""
        exporter = DiscreetExporter(OTLPSpanExporter(endpoint=self._endpoint))
        self.provider.add_span_processor(BatchSpanProcessor(exporter))
        try:
            yield
        finally:
            ending = Thread(target=self.provider.shutdown, daemon=True)
            ending.start()
            # it knows no limit of its own, and is left behind where it takes longer
            await run_sync(ending.join, LAST_WORDS)


class DiscreetExporter(SpanExporter):
    """Exports the spans of requests, without what people wrote.

    Queries hold what was searched for; what a database says of a failure repeats the row.
    What no request asked for (a look whether the database is there) is nobody's trace.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send them."""
        asked = [span for span in spans if span.parent or span.kind is SpanKind.SERVER]
        return self._exporter.export([_discreet(span) for span in asked])

    def shutdown(self) -> None:
        """Send no more."""
        self._exporter.shutdown()


def _discreet(span: ReadableSpan) -> ReadableSpan:
    attributes = dict(span.attributes or {})
    attributes.pop("url.query", None)
    for name in _URLS:
        if name in attributes:
            attributes[name] = urlsplit(str(attributes[name]))._replace(query="").geturl()
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=attributes,
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
