"""Which state of a record an answer tells, and which state a change was made of (RFC 9110, 13).

The tag of a record is `"<version>-<digest>"`. The version counts edits; the digest is of the
whole record, so that what is derived, such as stock, changes the tag too. A list has the digest.
"""

import re
from hashlib import blake2b
from typing import Any

import orjson
from fastapi import Request, Response, status

from common.errors import Malformed, PreconditionFailed, StaleVersion
from common.schemas import Body, EditableRecord

_LISTED = re.compile(r'\s*(?:W/)?"[\x21\x23-\x7e]*"\s*(?:,\s*(?:W/)?"[\x21\x23-\x7e]*"\s*)*')
_TAG = re.compile(r'"[\x21\x23-\x7e]*"')
_JSON = "application/json"
# Of an answer that need not be sent, its body alone is left out.
_OF_THE_BODY = {"content-length", "content-type"}


def tag_of(body: bytes) -> str:
    """The tag of a record or a list, by its JSON. A record that is never edited is at version 1."""
    digest = blake2b(body, digest_size=8).hexdigest()
    if not body.startswith(b"{"):
        return f'"{digest}"'
    return f'"{orjson.loads(body).get("version", 1)}-{digest}"'


def conditional(request: Request, answer: Response) -> Response:
    """The answer to a read, with its tag; 304 without a body if the sender has that already."""
    body = getattr(answer, "body", None)  # a stream has none
    if answer.status_code != status.HTTP_200_OK or not body or answer.media_type != _JSON:
        return answer
    answer.headers["ETag"] = tag = tag_of(body)
    # whoever keeps it asks whether it still holds, and nobody keeps it for others
    answer.headers.setdefault("Cache-Control", "private, no-cache")
    known = _tags(request, "If-None-Match")
    if known is None or not ({"*", tag} & known):
        return answer
    headers = {name: value for name, value in answer.headers.items() if name not in _OF_THE_BODY}
    return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)


class Expected:
    """The version of which the sender of a change believes the record to be, or not to be."""

    def __init__(self, request: Request, body: Body | None) -> None:
        """Raises Malformed for a header that is no list of tags, Invalid for a wrong version."""
        self._tags = _tags(request, "If-Match")
        self._unwanted = _tags(request, "If-None-Match")
        self._version = None if body is None else body.version_sent

    @property
    def asked(self) -> bool:
        """Whether there is anything to compare."""
        return any(each is not None for each in (self._tags, self._unwanted, self._version))

    def require(self, current: EditableRecord) -> None:
        """Raise PreconditionFailed or StaleVersion unless `current` is of the version."""
        told: dict[str, Any] = current.model_dump(mode="json")
        if self._tags is not None and not _name(self._tags, current.version):
            raise PreconditionFailed.of(told)
        if self._unwanted is not None and _name(self._unwanted, current.version):
            raise PreconditionFailed.of_unwanted(told)
        if self._version not in {None, current.version}:
            raise StaleVersion.of(self._version or 0, told)


def _name(tags: set[str], version: int) -> bool:
    """Whether one of the tags is of the version; by that alone: a sale meanwhile is no edit.

    A proxy that compresses makes tags weak, which for versions makes no difference.
    """
    return "*" in tags or any(tag.startswith((f'"{version}-', f'"{version}"')) for tag in tags)


def _tags(request: Request, header: str) -> set[str] | None:
    """The tags of the header, each in its quotes, or `*`; None where it is absent."""
    lines = request.headers.getlist(header)
    if not lines:
        return None
    given = ", ".join(lines).strip()
    if given == "*":
        return {"*"}
    if not _LISTED.fullmatch(given):
        told = f'{header} must be * or tags in quotes, such as "3-5f0c2d1e".'
        raise Malformed(told, errors={header: 'must be * or tags in quotes, such as "3-5f0c2d1e"'})
    return set(_TAG.findall(given))
