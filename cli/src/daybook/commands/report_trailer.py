"""The last line of a report as ndjson, which proves that the lines before it are all there."""

import hashlib
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass


@dataclass(config=ConfigDict(extra="forbid", strict=True))
class _Told:
    rows: Annotated[int, Field(ge=0)]
    total_cents: int
    sha256: str


_TRAILER = TypeAdapter(_Told)


class TrailerWrong(Exception):
    """The trailer is missing, or tells of other lines than those that came."""


class Lines:
    """The lines of a report, fed as they come, in chunks of any size; only the last is kept."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256(usedforsecurity=False)
        self._rows = 0
        self._last = b""

    def feed(self, chunk: bytes) -> None:
        """These bytes have come, too."""
        came = self._last + chunk
        begin = came.rfind(b"\n", 0, len(came) - 1) + 1
        self._digest.update(came[:begin])
        self._rows += came.count(b"\n", 0, begin)
        self._last = came[begin:]

    def verify(self) -> None:
        """The last line is the trailer of all the others, or TrailerWrong."""
        if not self._last.endswith(b"\n"):
            raise TrailerWrong("it is cut off, so its last line is missing")
        try:
            told = _TRAILER.validate_json(self._last)
        except ValidationError:
            raise TrailerWrong("its last line, which proves the others, is missing") from None
        if told.rows != self._rows:
            raise TrailerWrong(f"{self._rows} rows came, and its last line tells of {told.rows}")
        if told.sha256 != self._digest.hexdigest():
            raise TrailerWrong("its rows are not those of which its last line tells")
