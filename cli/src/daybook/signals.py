"""Signals that end a command, which then undoes what it began."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIG_DFL
from typing import NoReturn


@contextmanager
def undone_by_signals() -> Iterator[None]:
    """Being ended, or losing the terminal, undoes what is half done, as Ctrl-C does."""
    ends = [signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)]  # Windows has no SIGHUP
    # what is ignored stays so: nohup ignores SIGHUP
    before = {end: signal.signal(end, _leave) for end in ends if signal.getsignal(end) is SIG_DFL}
    try:
        yield
    finally:
        for end, handler in before.items():
            signal.signal(end, handler)


def _leave(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)
