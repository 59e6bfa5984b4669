"""The dialogue: lines and tables out, answers in, on a terminal or through pipes."""

import contextlib
import io
import sys

from rich.console import Console, RenderableType
from rich.text import Text

# Invisible, and part of what people write: they join letters and emoji, or keep them apart.
_JOINERS = "\u200c\u200d"


def make_ready() -> None:
    """Let no byte that comes in, and no character that goes out, end the dialogue."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    if sys.stdin is not None and sys.stdin.isatty():
        with contextlib.suppress(ImportError):  # Windows edits by itself
            # a person may edit an answer; else arrow keys would be part of it
            import readline  # noqa: F401, PLC0415 # `input` uses it; it takes hold of the terminal


def shown(text: str) -> str:
    """The text without what would steer a terminal, which is spelled out."""
    return "".join(
        letter
        if letter.isprintable() or letter in _JOINERS
        else letter.encode("unicode_escape", "surrogatepass").decode()
        for letter in text
    )


def tell(text: str = "") -> None:
    """A line for the person, as it is."""
    Console(soft_wrap=True).print(Text(shown(text)))


def show(table: RenderableType) -> None:
    """A table, in the width of the terminal."""
    Console(highlight=False).print(table)


def answer_to(question: str) -> str:
    """The line that the person gives; EOFError or KeyboardInterrupt where none comes."""
    if sys.stdin is None:  # it was closed before the start
        raise EOFError
    answer = input(f"{question}: ").strip()
    if not sys.stdin.isatty():
        tell(answer)  # a terminal shows what is typed; so what was piped in reads the same
    return answer
