"""The file that tells what an import did not take."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO


class RejectsUnwritable(Exception):
    """The file for what was rejected cannot be written; the text says why.

    And if the import was done by then, it says so, and where the rejects are.
    """


@contextmanager
def rejects_file(
    rejects: Path | None, *, sources: Collection[Path], dry_run: bool
) -> Iterator[TextIO | None]:
    """Where the rejects go: beside their file, and under its name once all went well.

    `sources` are what is imported, and never overwritten.
    """
    if rejects is None:
        yield None
        return
    part, done = rejects, False
    try:
        part = _place(rejects, sources)
        with part.open("w", encoding="utf-8", newline="") as told:
            yield told
            done = True
        if part != rejects:
            part.replace(rejects)
    except OSError as failed:
        text = f"{rejects} cannot be written: {failed.strerror}."
        raise RejectsUnwritable(_all_the_same(text, part, dry_run) if done else text) from None
    finally:
        if part != rejects and not done:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _place(rejects: Path, sources: Collection[Path]) -> Path:
    """Where they are written at first; raises OSError and RejectsUnwritable."""
    there = rejects.exists()
    if there and any(_is_same(rejects, path) for path in sources):
        raise RejectsUnwritable(f"{rejects} is the file to be imported; name another one.")
    # a device or a pipe must not be replaced, and a folder cannot be
    direct = there and not rejects.is_file()
    return rejects if direct else rejects.with_name(f".{rejects.name}.part")


def _is_same(rejects: Path, source: Path) -> bool:
    try:
        return rejects.samefile(source)
    except OSError:  # what is wrong with a source is told when it is read
        return False


def _all_the_same(text: str, part: Path, dry_run: bool) -> str:
    """What was done is not undone by a list that cannot be put in its place."""
    work = "dry run" if dry_run else "import"
    return f"The {work} was done, but {text} What was rejected is told in {part}."
