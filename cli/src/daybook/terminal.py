"""What a person sees: lines on standard output, progress on standard error."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

# How a person calls the command, who is told what to try; containers have a way of their own.
PROGRAM = os.environ.get("DAYBOOK_PROGRAM", ".venv/bin/daybook")


def say(text: str) -> None:
    """A line for the person, as it is."""
    Console(soft_wrap=True).print(text, markup=False, highlight=False)


def complain(text: str) -> None:
    """A line on standard error."""
    Console(stderr=True, soft_wrap=True).print(text, markup=False, highlight=False)


class Bar:
    """Shows the phases of a long work as bars, one below the other."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def phase(self, name: str, total: int | None) -> None:
        """A phase begins; the one before is done."""
        self.finish()
        self._task = self._progress.add_task(name, total=total)

    def advance(self, steps: int) -> None:
        """So many steps more are done."""
        if self._task is not None:
            self._progress.advance(self._task, steps)

    def finish(self) -> None:
        """The last phase is done."""
        if self._task is not None:
            done = self._progress.tasks[self._task].total or 1
            self._progress.update(self._task, total=done, completed=done)


@contextmanager
def bars() -> Iterator[Bar]:
    """Bars on standard error, where it is a terminal."""
    console = Console(stderr=True)
    columns = (
        *(SpinnerColumn(), TextColumn("{task.description}"), BarColumn()),
        *(TaskProgressColumn(), TimeElapsedColumn()),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = Bar(progress)
        yield bar
        bar.finish()
