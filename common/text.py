"""Text that is compared without regard to case, and text that every database can hold."""

import unicodedata


def fold(text: str) -> str:
    """The key under which `text` is looked for: trimmed, composed, without case.

    Computed here and stored in a column of its own, so that all databases agree on what
    is equal (Unicode default caseless matching, Unicode standard section 3.13).
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text.strip()).casefold())


def searchable(*parts: str | None) -> str:
    """The folded text in which a search looks for a piece of any of the parts."""
    return "\n".join(fold(part) for part in parts if part)
