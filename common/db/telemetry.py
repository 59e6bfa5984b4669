"""What an app tells of its database: the connections in use, and the spans of its statements."""

from importlib import import_module
from typing import cast

from opentelemetry.metrics import NoOpMeter
from opentelemetry.trace import TracerProvider
from sqlalchemy import Engine, QueuePool

from common.telemetry import Telemetry


def observe(engine: Engine, telemetry: Telemetry) -> None:
    """Tell the use of the engine, from now on."""
    pool = cast(QueuePool, engine.pool)
    watch = telemetry.metrics.watch
    watch("daybook_database_connections_in_use", "Connections in use", pool.checkedout)
    watch("daybook_database_connections_limit", "The most that there may be", pool.size)
    if telemetry.tracer_provider is not None:
        _trace(engine, telemetry.tracer_provider)


def _trace(engine: Engine, provider: TracerProvider) -> None:
    # Not by SQLAlchemyInstrumentor: there is one for the process, which wraps SQLAlchemy itself,
    # and the three services of an embedded shop have an engine and a tracer each.
    instrumentation = import_module("opentelemetry.instrumentation.sqlalchemy.engine")
    unused = NoOpMeter("unused").create_up_down_counter("unused")
    instrumentation.EngineTracer(provider.get_tracer("sqlalchemy"), engine, unused)
