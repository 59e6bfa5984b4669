"""Traces, as a collector gets them from the whole shop on real ports."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from common.db.telemetry import observe
from common.settings import Settings
from common.telemetry import Telemetry
from common.tracing import DiscreetExporter

TRACE, CALLER = "ab" * 16, "cd" * 8
SAMPLED = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
# A span: the app, its name, and the spans below it in the order of their beginning.
Tree = tuple[str, str, list["Tree"]]


class Collector:
    """Takes in spans, as OTLP over HTTP brings them."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, Any]] = []
        self.raw = b""
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.path == "/v1/traces"
                collector.take(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_words: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def take(self, body: bytes) -> None:
        self.raw += body
        request = ExportTraceServiceRequest()
        request.ParseFromString(body)
        for each in request.resource_spans:
            about = {pair.key: pair.value.string_value for pair in each.resource.attributes}
            for scope in each.scope_spans:
                self.spans += [(about["service.name"], span) for span in scope.spans]

    def trees(self, parent: str = "") -> list[Tree]:
        below = [(app, span) for app, span in self.spans if span.parent_span_id.hex() == parent]
        below.sort(key=lambda each: each[1].start_time_unix_nano)
        return [(app, span.name, self.trees(span.span_id.hex())) for app, span in below]


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def statements(trees: list[Tree]) -> list[str]:
    """The first words of the SQL below."""
    assert all(below == [] for _, _, below in trees)
    return [f"{app}: {name.split()[0]}" for app, name, _ in trees]


def test_a_request_is_one_trace_from_the_gateway_to_the_database(
    started: Callable[..., Any], http: httpx2.Client, collector: Collector, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with started(into=log, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as shop:
        gateway = shop.addresses["gateway"]
        made = http.post(f"{gateway}/categories", json={"name": "toys"}, headers=SAMPLED)
        assert made.status_code == 201
        assert http.get(f"{gateway}/readyz").status_code == 200
        code, _ = shop.stop()
    assert code == 0
    assert {span.trace_id.hex() for _, span in collector.spans} == {TRACE}
    ((app, name, calls),) = collector.trees(CALLER)
    assert (app, name) == ("gateway", "POST /categories")
    ((app, name, served),) = calls
    assert (app, name) == ("gateway", "POST")
    ((app, name, below),) = served
    assert (app, name) == ("products-service", "POST /categories")
    assert statements(below)[0] == "products-service: BEGIN"
    assert "products-service: INSERT" in statements(below)
    assert len(collector.spans) == 3 + len(below)
    told = [json.loads(line) for line in log.read_text().splitlines()]
    servers = {app: span for app, span in collector.spans if span.kind == span.SPAN_KIND_SERVER}
    assert [(line["service"], line["trace_id"], line["span_id"]) for line in told] == [
        (app, TRACE, servers[app].span_id.hex()) for app in ("products-service", "gateway")
    ]


def test_a_report_is_one_trace_over_all_services_it_asks(
    started: Callable[..., Any], http: httpx2.Client, collector: Collector
) -> None:
    with started(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as shop:
        report = f"{shop.addresses['gateway']}/report/customer-orders"
        assert http.get(report).status_code == 200
        shop.stop()
    assert len({span.trace_id for _, span in collector.spans}) == 1
    ((app, name, calls),) = collector.trees()
    assert (app, name) == ("gateway", "GET /report/customer-orders")
    assert {(app, name) for app, name, _ in calls} == {("gateway", "GET")}
    served = [each for _, _, below in calls for each in below]
    assert {(app, name) for app, name, _ in served} == {
        ("sales-service", "GET /report/order-lines"),
        ("customers-service", "GET /report/customer-names"),
    }


def test_an_api_of_old_is_told_by_its_whole_route(
    started: Callable[..., Any], http: httpx2.Client, collector: Collector
) -> None:
    with started(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as shop:
        http.get(f"{shop.addresses['order-mgmt']}/orders?user_id=1")
        shop.stop()
    ((app, name, _),) = collector.trees()
    assert (app, name) == ("sales-service", "GET /order-mgmt/orders")


def test_no_span_repeats_what_people_wrote(
    started: Callable[..., Any], http: httpx2.Client, collector: Collector
) -> None:
    ann = {"name": "Ann Secret", "email": "ann@secret.example", "password": "tell nobody secret"}
    with started(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as shop:
        customers = f"{shop.addresses['gateway']}/customers"
        assert http.post(customers, json=ann).status_code == 201
        assert http.post(customers, json=ann).status_code == 409
        assert len(http.get(customers, params={"q": "ann@secret"}).json()) == 1
        shop.stop()
    assert b"/customers" in collector.raw
    assert b"INSERT INTO customers" in collector.raw
    assert b"secret" not in collector.raw.lower()


@pytest.mark.parametrize("state", ["refuses", "hangs"])
def test_a_collector_that_is_gone_disturbs_nobody(
    state: str, started: Callable[..., Any], http: httpx2.Client
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        if state == "hangs":
            taken.listen()
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with started(OTEL_EXPORTER_OTLP_ENDPOINT=url) as shop:
            for _ in range(20):
                assert http.get(f"{shop.addresses['gateway']}/products").status_code == 200
            code, _ = shop.stop()
    assert code == 0


def test_a_failed_statement_tells_no_row(tmp_path: Path) -> None:
    settings = Settings(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")
    telemetry = Telemetry("things-service", "1", settings)
    exported = InMemorySpanExporter()
    provider = telemetry.tracer_provider
    assert isinstance(provider, TracerProvider)
    provider.add_span_processor(SimpleSpanProcessor(DiscreetExporter(exported)))
    engine = create_engine(f"sqlite:///{tmp_path}/t.db", hide_parameters=True)
    observe(engine, telemetry)
    tracer = provider.get_tracer("test")
    with engine.connect() as connection, tracer.start_as_current_span("r", kind=SpanKind.SERVER):
        connection.execute(text("CREATE TABLE t (a TEXT CHECK (a <> 'ann'))"))
        with pytest.raises(IntegrityError):
            connection.execute(text("INSERT INTO t VALUES (:a)"), {"a": "ann"})
    engine.dispose()
    _, failed, _ = exported.get_finished_spans()
    assert (failed.attributes or {})["db.statement"] == "INSERT INTO t VALUES (?)"
    assert (failed.status.is_ok, failed.status.description) == (False, None)


def test_without_a_collector_nothing_of_the_sdk_is_loaded() -> None:
    apps = ("products_service", "sales_service", "customers_service", "gateway")
    program = (
        "import sys\n"
        + "".join(f"import {app}.main; {app}.main.create_app()\n" for app in apps)
        + "loaded = [name for name in sys.modules if name.startswith(\n"
        "    ('opentelemetry.sdk', 'opentelemetry.exporter', 'opentelemetry.instrumentation'))]\n"
        "print(loaded)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("url", ["collector:4318", "ftp://collector", "nonsense"])
def test_a_wrong_endpoint_is_named(url: str, daybook: Callable[..., Any]) -> None:
    done = daybook("start", OTEL_EXPORTER_OTLP_ENDPOINT=url)
    assert done.returncode == 1
    (told,) = done.stderr.splitlines()
    assert told.startswith("daybook: OTEL_EXPORTER_OTLP_ENDPOINT: ")
