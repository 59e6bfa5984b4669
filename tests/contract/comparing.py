"""An answer beside that of a document: values, types, order of members, spelling of moments."""

import json
from datetime import datetime
from typing import Any

import httpx2

# Every spelling of moments that the documents have.
SPELLINGS = (
    "%b %d %Y %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f%z",
    "%Y-%m-%dT%H:%M:%SZ",
)


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
        return told if _spelling(found) == spelling else found
    return found


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
