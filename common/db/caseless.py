"""A piece of text is looked for without regard to case, on every database alike.

Databases fold case in ways of their own: SQLite that of ASCII only, the others by the
Unicode of their release, none by full folding. So Python says what folds to what (Unicode
standard, section 3.13): SQLite calls it, and for the others every character that folds to
one of the piece is replaced by what it folds to, before the piece is looked for.
"""

import sys
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, String, literal, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class casefolded(FunctionElement[str]):  # noqa: N801 # an SQL function by its name
    """A text in which what matters for a search is folded.

    Its arguments are the text, and by pairs what is to be replaced, and by what.
    """

    type = String()
    inherit_cache = True
    name = "casefolded"


def contains(column: ColumnElement[Any], piece: str) -> ColumnElement[bool]:
    """Whether the column holds the piece in whatever case, be it composed or decomposed."""
    spelt = [unicodedata.normalize(form, piece).casefold() for form in ("NFC", "NFD")]
    forms = dict.fromkeys([piece.casefold(), *spelt])
    return or_(*(_folded_for(column, form).contains(form, autoescape=True) for form in forms))


def fold_case(text: str | None) -> str | None:
    """What SQLite calls; null stays null."""
    return None if text is None else text.casefold()


def _folded_for(column: ColumnElement[Any], piece: str) -> casefolded:
    sources = sorted({source for character in set(piece) for source in _sources(character)})
    pairs = [literal(text, String()) for each in sources for text in (each, each.casefold())]
    return casefolded(column, *pairs)


def _sources(character: str) -> Iterable[str]:
    return _all_sources().get(character, ())


@cache
def _all_sources() -> dict[str, list[str]]:
    """By a folded character, those that fold to it or to several with it among them."""
    found: dict[str, list[str]] = {}
    for source in map(chr, range(sys.maxunicode + 1)):
        if (folded := source.casefold()) != source:
            for character in folded:
                found.setdefault(character, []).append(source)
    return found


@compiles(casefolded)
def _replacing(element: Any, compiler: Any, **kw: Any) -> str:
    told, *pairs = (compiler.process(clause, **kw) for clause in element.clauses)
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        told = f"replace({told}, {old}, {new})"
    return str(told)


@compiles(casefolded, "sqlite")
def _calling(element: Any, compiler: Any, **kw: Any) -> str:
    text, *_pairs = element.clauses
    return f"casefold({compiler.process(text, **kw)})"
