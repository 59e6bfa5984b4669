"""A terminal with a person before it: keys go in, and the screen can be looked at."""

import os
import select
import subprocess
import sys
import termios
import time
from pathlib import Path

import pyte

CTRL_C, CTRL_D, LEFT = "\x03", "\x04", "\x1b[D"
# Whoever reads the keys of a terminal must have it as its own, else Ctrl-C reaches nobody.
_AT_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


class Terminal:
    """A process in a terminal of so many columns; the screen is what a person would see."""

    def __init__(
        self, command: list[str | Path], environment: dict[str, str], folder: Path, columns: int
    ) -> None:
        lines = 50
        self._keys, screen = os.openpty()
        termios.tcsetwinsize(screen, (lines, columns))
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        without = {name: told for name, told in environment.items() if name != "COLUMNS"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _AT_TERMINAL, *command],
            stdin=screen,
            stdout=screen,
            stderr=screen,
            env=without | {"TERM": "xterm"},
            cwd=folder,
            start_new_session=True,
        )
        os.close(screen)

    def type(self, *keys: str, until: str) -> None:
        """Press the keys, and wait until this is the end of what is on the screen."""
        os.write(self._keys, "".join(keys).encode())
        self.wait_for(until)

    def wait_for(self, end: str) -> None:
        """Until this is the end of what is on the screen."""
        deadline = time.monotonic() + 60
        while not "\n".join(self.lines).endswith(end):
            left = deadline - time.monotonic()
            readable = left > 0 and select.select([self._keys], [], [], left)[0]
            assert readable, "\n".join(self.lines)
            assert self._read(), "\n".join(self.lines)

    def leave(self, *keys: str) -> int:
        """Press the last keys, again if nothing comes of it; the exit code.

        A Ctrl-C that comes right after a question can be lost: Python has looked for signals
        by then, and waits for a key.
        """
        for _ in range(6):
            os.write(self._keys, "".join(keys).encode())
            while select.select([self._keys], [], [], 10)[0]:
                if not self._read():
                    return self.process.wait(60)
        raise AssertionError("\n".join(self.lines))

    @property
    def lines(self) -> list[str]:
        """What is on the screen, but for the blanks at the ends."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip().split("\n")

    def close(self) -> None:
        """Leave nothing behind."""
        self.process.kill()
        self.process.wait()
        os.close(self._keys)

    def _read(self) -> bool:
        try:
            came = os.read(self._keys, 65536)
        except OSError:  # nobody is at the other end any more
            return False
        self._stream.feed(came)
        return bool(came)
