"""What an app counts, as Prometheus reads it at `/metrics`: a registry of its own for each app.

The names are those of OpenTelemetry's semantic conventions, as Prometheus spells them. No
label takes a value that callers make up: their number stays small.
"""

from collections.abc import Callable, Sequence

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)

# Seconds; those of OpenTelemetry, and more for reports.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The counts of one app, by its name."""

    def __init__(self, service: str, version: str) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        about = Info("target", "What is told of here", registry=self.registry)
        about.info({"service_name": service, "service_version": version})
        self._watched: dict[str, Gauge] = {}
        self._counted: dict[str, Counter] = {}
        self._timed: dict[str, Histogram] = {}
        self.active = 0  # requests that are being answered; one thread counts them
        told = "Requests that are being answered"
        self.watch("http_server_active_requests", told, lambda: self.active)
        self.duration = self.timed(
            "http_server_request_duration_seconds",
            "Requests, by how they ended",
            ("http_request_method", "http_route", "http_response_status_code", "error_type"),
        )

    def watch(self, name: str, told: str, value: Callable[[], float]) -> None:
        """Tell `value()` at each reading; an app that lives a second time tells its own."""
        if name not in self._watched:
            self._watched[name] = Gauge(name, told, registry=self.registry)
        self._watched[name].set_function(value)

    def counted(self, name: str, told: str) -> Counter:
        """Counts up; readers see the name with `_total` at its end."""
        if name not in self._counted:
            self._counted[name] = Counter(name, told, registry=self.registry)
        return self._counted[name]

    def timed(self, name: str, told: str, labels: Sequence[str]) -> Histogram:
        """Takes seconds, under these labels."""
        if name not in self._timed:
            self._timed[name] = Histogram(
                name, told, labels, buckets=BUCKETS, registry=self.registry
            )
        return self._timed[name]

    def text(self) -> bytes:
        """All of it, in the text format of Prometheus."""
        return generate_latest(self.registry)
