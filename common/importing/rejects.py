"""The file that tells what an import did not take."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO


class RejectsUnwritable(Exception):
    """The file for what was rejected cannot be written; the text says why."""


@contextmanager
def rejects_file(rejects: Path | None, *, sources: Collection[Path]) -> Iterator[TextIO | None]:
    """Where the rejects go: beside their file, and under its name once all went well.

    `sources` are what is imported, and never overwritten.
    """
    if rejects is None:
        yield None
        return
    if any(rejects.exists() and path.exists() and rejects.samefile(path) for path in sources):
        raise RejectsUnwritable(f"{rejects} is the file to be imported; name another one.")
    # a device or a pipe must not be replaced, and a folder cannot be
    direct = rejects.exists() and not rejects.is_file()
    part = rejects if direct else rejects.with_name(f".{rejects.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as told:
            yield told
        if not direct:
            part.replace(rejects)
    except OSError as failed:
        raise RejectsUnwritable(f"{rejects} cannot be written: {failed.strerror}.") from None
    finally:
        if not direct:
            with suppress(OSError):
                part.unlink(missing_ok=True)
