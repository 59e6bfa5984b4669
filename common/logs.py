"""The log: lines of JSON for machines, or readable ones where a person watches standard error.

The code logs by `logging`, as its libraries do. Structlog renders all of it, with what is
bound to the request at hand (`request_id`, `service`), in its threads too. A line holds what
the code put into it and no more: no bodies, no values of local variables.
"""

import logging
import os
import select
import stat
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import structlog
from opentelemetry.trace import format_span_id, format_trace_id, get_current_span
from structlog.contextvars import get_contextvars
from structlog.processors import ExceptionRenderer, JSONRenderer
from structlog.tracebacks import ExceptionDictTransformer
from structlog.types import EventDict, Processor

from common.settings import Settings

Form = Literal["json", "console"]
# A pipe that is ready takes this much at once, whoever reads it.
PIECE: int = getattr(select, "PIPE_BUF", 4096)
# Milliseconds that a long line waits for its reader after its first piece.
PATIENCE = 100
# What every record has, and what other handlers of it leave there; the rest is our own.
_USUAL = frozenset({*vars(logging.makeLogRecord({})), "message", "asctime"})


def configure(settings: Settings) -> None:
    """Write the log of this process, and the warnings of Python, to standard error."""
    root = logging.getLogger()
    handler = _handler(settings)
    root.handlers = [handler]
    root.setLevel(logging.WARNING)  # libraries tell URLs, with what was searched for in them
    logging.getLogger("daybook").setLevel(_level(settings).upper())
    logging.captureWarnings(capture=True)


def formatter(form: Form, *, colors: bool = False, traced: bool = False) -> logging.Formatter:
    """What makes a line of a record; it names the span at hand where requests are `traced`."""
    rendering = _console(colors=colors) if form == "console" else _json()
    return _Structured([*([_add_span] if traced else []), *rendering])


class _Structured(logging.Formatter):
    """Structlog's processors on records of `logging`.

    Its own ProcessorFormatter does as much in three times the time.
    """

    def __init__(self, processors: Sequence[Processor]) -> None:
        super().__init__()
        self._processors = processors

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        level = record.levelname.lower()
        event: Any = {
            "time": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "level": level,
            "logger": record.name,
            "event": record.getMessage(),
            **get_contextvars(),
            **{name: value for name, value in vars(record).items() if name not in _USUAL},
        }
        if record.exc_info:
            event["exc_info"] = record.exc_info
        for processor in self._processors:
            event = processor(None, level, event)
        return str(event)


def _json() -> tuple[Processor, ...]:
    return ExceptionRenderer(ExceptionDictTransformer(show_locals=False)), JSONRenderer()


def _console(*, colors: bool) -> tuple[Processor, ...]:
    renderer = structlog.dev.ConsoleRenderer(
        colors=colors,
        timestamp_key="time",
        exception_formatter=structlog.dev.plain_traceback,  # the usual one shows local variables
    )
    return (renderer,)


class LineWriter(logging.Handler):
    """Writes each line at once; one that cannot be written is lost, and never holds anybody up.

    The disk may be full, the pipe's reader gone or asleep. How many lines were lost is told
    before the next one that can be written.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._ready = _readiness(descriptor)
        self._lost = 0
        self._cut = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, or count it."""
        try:
            if self._lost:
                self._write(self.format(_lost(self._lost)))
                self._lost = 0
            self._write(self.format(record))
        except Exception:  # a log line is never worth a request
            self._lost += 1

    def _write(self, line: str) -> None:
        data = f"{line}\n".encode(errors="backslashreplace")
        if self._cut:
            data = b"\n" + data
        rest = memoryview(data)
        while rest:
            if self._ready is not None and not self._ready.poll(PATIENCE if self._cut else 0):
                raise BlockingIOError
            written = os.write(self._descriptor, rest[:PIECE])
            rest = rest[written:]
            self._cut = bool(rest)


def _handler(settings: Settings) -> logging.Handler:
    try:
        # Of our own: where standard error was closed, its number may be a database's.
        descriptor = os.dup(sys.stderr.fileno())
    except (AttributeError, OSError, ValueError):
        return logging.NullHandler()
    handler = LineWriter(descriptor)
    colors = os.name != "nt" and "NO_COLOR" not in os.environ and sys.stderr.isatty()
    traced = settings.traces_endpoint is not None
    handler.setFormatter(formatter(_form(settings), colors=colors, traced=traced))
    return handler


def _level(settings: Settings) -> str:
    if settings.log_level != "auto":
        return settings.log_level
    return "warning" if _form(settings) == "console" else "info"


def _form(settings: Settings) -> Form:
    if settings.log_format != "auto":
        return settings.log_format
    return "console" if sys.stderr is not None and sys.stderr.isatty() else "json"


def _readiness(descriptor: int) -> "select.poll | None":
    """What tells whether a write would wait, where one may wait for ever."""
    mode = os.fstat(descriptor).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)) or not hasattr(select, "poll"):
        return None
    ready = select.poll()
    ready.register(descriptor, select.POLLOUT)
    return ready


def _lost(count: int) -> logging.LogRecord:
    told = {"name": "daybook", "levelno": logging.WARNING, "levelname": "WARNING"}
    return logging.makeLogRecord(told | {"msg": "lines of this log were lost", "lines": count})


def _add_span(_logger: object, _method: str, event: EventDict) -> EventDict:
    span = get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"] = format_trace_id(span.trace_id)
        event["span_id"] = format_span_id(span.span_id)
    return event
