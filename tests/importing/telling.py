"""What records and the outcome of an import say, in short."""

from typing import Any

from common.importing.records.outcome import Outcome


def of(records: list[dict[str, Any]], *fields: str) -> list[tuple[Any, ...]]:
    """These fields of each record."""
    return [tuple(record[field] for field in fields) for record in records]


def rejected(outcome: Outcome) -> dict[str, dict[str, int]]:
    """How many rows of each table were rejected, by reason."""
    return {name: table.rejected for name, table in outcome.tables.items() if table.rejected}
