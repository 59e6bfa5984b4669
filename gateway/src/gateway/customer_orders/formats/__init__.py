"""The report as bytes. A format is an async generator of chunks; add one, add a line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.customer_orders.formats.as_csv import write_csv
from gateway.customer_orders.formats.as_excel import write_excel
from gateway.customer_orders.formats.as_json import write_json
from gateway.customer_orders.formats.as_ndjson import write_ndjson
from gateway.customer_orders.report import Report
from gateway.streaming import Chunks


@dataclass(frozen=True)
class Format:
    """How a report is written, and how browsers are told of it."""

    media_type: str
    extension: str
    disposition: str
    write: Callable[[Report], Chunks]


_EXCEL = Format(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsx",
    "attachment",
    write_excel,
)
FORMATS: Mapping[str, Format] = {
    "json": Format("application/json", "json", "inline", write_json),
    "ndjson": Format("application/x-ndjson", "ndjson", "attachment", write_ndjson),
    "csv": Format("text/csv; charset=utf-8", "csv", "attachment", write_csv),
    "excel": _EXCEL,
    "xlsx": _EXCEL,
}
