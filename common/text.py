"""Text that is compared without regard to case, and text that every database can hold."""

import re
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


def is_address(email: str) -> bool:
    """Whether it is something at something, without blanks.

    Not by a library: those normalise, and what people sent is to be kept as it is. Whether
    somebody reads there, only a message to it can tell.
    """
    return re.fullmatch(r"[^\s\0]+@[^\s\0@]+", email) is not None
