"""An answer beside that of a document: values, types, order of members, spelling of moments."""

import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

import httpx2

# Every spelling of moments that the documents have.
FINE, PLACEHOLDER = "%Y-%m-%d %H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%SZ"
SPELLINGS = ("%b %d %Y %H:%M:%S", FINE, PLACEHOLDER)


class Seen(NamedTuple):
    """A moment of a document, and the one that stood there in an answer."""

    told: datetime
    found: datetime
    fine: bool


# Those of the test that runs.
_seen: list[Seen] = []


def forget() -> None:
    """Another test begins, and with it other moments."""
    _seen.clear()


def answered(response: httpx2.Response, status: int, told: Any) -> None:
    """Assert that the answer is the document's, but for its moments, which are spelled as there."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    found = _with_moments_of(told, response.json())
    # as text, so that the order of members counts, and 1 is not 1.0
    assert json.dumps(found, indent=1) == json.dumps(told, indent=1)


def _with_moments_of(told: Any, found: Any) -> Any:
    if isinstance(told, dict) and isinstance(found, dict):
        return {name: _with_moments_of(told.get(name), value) for name, value in found.items()}
    if isinstance(told, list) and isinstance(found, list) and len(told) == len(found):
        return [_with_moments_of(*pair) for pair in zip(told, found, strict=True)]
    if isinstance(told, str) and isinstance(found, str) and (spelling := _spelling(told)):
        return told if _spelling(found) == spelling and _is_that(told, found, spelling) else found
    return found


def _is_that(told: str, found: str, spelling: str) -> bool:
    """Whether the moments of a test stand to each other as those of the document do."""
    if spelling == PLACEHOLDER:  # its document writes the same one for everything
        return True
    moments = (datetime.strptime(each, spelling).replace(tzinfo=UTC) for each in (told, found))
    seen = Seen(*moments, fine=spelling == FINE)
    _seen.append(seen)
    return all(_agree(*sorted((seen, other))) for other in _seen)


def _agree(early: Seen, late: Seen) -> bool:
    """The same moment is found as the same, a later one as later; to the second if one is coarse.

    Different seconds may be found as one: tests are fast.
    """
    if early.fine and late.fine:
        return (early.told < late.told) == (early.found < late.found)
    told = early.told.replace(microsecond=0) == late.told.replace(microsecond=0)
    first, then = (each.found.replace(microsecond=0) for each in (early, late))
    return first == then if told else first <= then


def _spelling(text: str) -> str | None:
    for spelling in SPELLINGS:
        try:
            moment = datetime.strptime(text, spelling)  # noqa: DTZ007 # written back as it came
        except ValueError:
            continue
        written = moment.strftime(spelling)
        # strptime is generous: with blanks, with three digits of a second, with other offsets
        if text in (written, written.replace("+0000", "+00:00")):
            return spelling
    return None
