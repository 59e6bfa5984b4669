"""Questions with a second chance: what cannot be is told in a line, and asked again."""

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field, TypeAdapter

from common.money import MAX_CENTS, major_text, to_minor
from common.schemas import MAX_ID, MAX_UNITS, Email, Number, Text200
from daybook.console.terminal import answer_to, shown, tell

Value = TypeVar("Value")


def _of_letters(text: str) -> str:
    """Nobody means the codes of a key, or bytes that are no text, to be part of a name."""
    if shown(text) != text:
        raise ValueError
    return text


_TEXT = TypeAdapter(Annotated[Text200, AfterValidator(_of_letters)])
_EMAIL = TypeAdapter(Annotated[Email, AfterValidator(_of_letters)])
_ID = TypeAdapter(Annotated[Number, Field(ge=1, le=MAX_ID)])
_UNITS = TypeAdapter(Annotated[Number, Field(ge=1, le=MAX_UNITS)])


def ask(question: str, read: Callable[[str], Value], expected: str) -> Value:
    """What `read` makes of the answer; while it raises ValueError, what is expected is told."""
    while True:
        answer = answer_to(question)
        try:
            return read(answer)
        except ValueError:
            tell(f"{expected}.")


def ask_choice(choices: int) -> int:
    """One of the menu, by its number."""
    numbered = TypeAdapter(Annotated[Number, Field(ge=1, le=choices)])
    return ask("Choice", numbered.validate_python, f"Choose a number from 1 to {choices}")


def ask_text(question: str) -> str:
    """A line of text."""
    return ask(
        question, _TEXT.validate_python, "A text of 1 to 200 printable characters is expected"
    )


def ask_email() -> str:
    """An e-mail address; whether somebody reads there, only a message to it can tell."""
    expected = "An e-mail address is expected, such as ada@example.org"
    return ask("E-mail", _EMAIL.validate_python, expected)


def ask_id(question: str) -> int:
    """The number of a record."""
    return ask(question, _ID.validate_python, "An id is expected, which is a whole number from 1")


def ask_id_or_nothing(question: str) -> int | None:
    """The same, or None for an empty line."""
    return ask(
        question,
        lambda answer: _ID.validate_python(answer) if answer else None,
        "An id is expected, which is a whole number from 1, or an empty line",
    )


def ask_quantity() -> int:
    """How many."""
    expected = f"A whole number from 1 to {MAX_UNITS:,} is expected"
    return ask("Quantity", _UNITS.validate_python, expected)


def ask_price(question: str, places: int) -> int:
    """An amount in major units, as minor ones."""
    amount = TypeAdapter(
        Annotated[
            Decimal, Field(ge=0, le=Decimal(MAX_CENTS).scaleb(-places), decimal_places=places)
        ]
    )
    decimals = f"with at most {places} decimals" if places else "without decimals"
    return ask(
        question,
        lambda answer: to_minor(amount.validate_python(answer), places),
        f"An amount {decimals} is expected, such as {major_text(24999, places)}",
    )
