"""Requests that may be repeated: `Idempotency-Key` on POST, PUT, PATCH and DELETE.

The answer to a request with a key is saved in the transaction of its effect. Who repeats it,
because no answer came or at the same moment, gets that answer, byte for byte, and nothing
happens once more. After draft-ietf-httpapi-idempotency-key-header-07, but the key needs no quotes.

What is kept is final: a success, and a refusal by the rules (404, 409, 412, 422). A failure that
may pass (503) undoes all, the key included, so that repeating it is a new try.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TypeAlias

from fastapi import Request, Response

from common.db import idempotency
from common.db.models.idempotency import IdempotencyKey
from common.db.session import Session, undone_alone
from common.errors import IdempotencyKeyReused, Malformed, Problem
from common.times import now
from common.web import problems
from common.web.auth import Caller
from common.web.bodies import JsonRequest

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_PRECONDITIONS = ("If-Match", "If-None-Match")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_FIRST_OF_FAILURES = 500


@dataclass(frozen=True)
class Answer:
    """What was answered, as bytes."""

    status: int
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, response: Response) -> "Answer":
        """The answer that the response is."""
        kept = {"content-type", "location", "etag"}
        headers = {name: value for name, value in response.headers.items() if name in kept}
        return cls(response.status_code, headers, bytes(response.body))

    def response(self, *, replayed: bool = False) -> Response:
        """The answer, to be sent."""
        response = Response(self.body, self.status, self.headers)
        if replayed:
            response.headers[REPLAYED] = "true"
        return response


Unit: TypeAlias = Callable[[Session], Response]


@dataclass(frozen=True)
class Key:
    """A key of one caller at one path, and what was asked under it, both as digests."""

    digest: str
    fingerprint: str
    kept_for: timedelta

    @classmethod
    def of(cls, request: Request, caller: Caller) -> "Key | None":
        """The key of the request, if it has one; Malformed if that is none."""
        sent = request.headers.getlist(HEADER)
        if not sent:
            return None
        if len(sent) > 1 or not _KEY.fullmatch(sent[0]):
            told = "must stand once, with 1 to 255 visible ASCII characters"
            raise Malformed(f"{HEADER} {told}.", errors={HEADER: told})
        body = request.document if isinstance(request, JsonRequest) else None
        scope = (caller.name, request.method, request.url.path, sent[0])
        demanded = [",".join(request.headers.getlist(name)) for name in _PRECONDITIONS]
        # With the key, which is kept nowhere: nobody who has the row can try passwords on it.
        asked = (sent[0], request.url.query, *demanded, json.dumps(body, sort_keys=True))
        hours = request.app.state.settings.idempotency_hours
        return cls(_digest(*scope), _digest(*asked), timedelta(hours=hours))

    def once(self, session: Session, request: Request, unit: Unit) -> Response:
        """What `unit` answers, or what it answered before; its refusals are answers too.

        Raises IdempotencyKeyReused if the key came with something else, and the failures of
        `unit` that may pass.
        """
        earliest = now() - self.kept_for
        kept = idempotency.find(session, self.digest)
        if kept is not None and kept.created_at >= earliest:
            return self._replay(kept)
        if kept is not None:
            idempotency.forget(session, self.digest, before=earliest)
        idempotency.claim(session, self.digest, self.fingerprint)
        answer = _tried(session, request, unit)
        made = Answer.of(answer)
        headers = json.dumps(made.headers)
        idempotency.keep(session, self.digest, made.status, headers, made.body)
        return answer

    def _replay(self, kept: IdempotencyKey) -> Response:
        if kept.fingerprint != self.fingerprint:
            raise IdempotencyKeyReused
        assert kept.status is not None  # it is committed with its answer
        answer = Answer(kept.status, json.loads(kept.headers or "{}"), kept.body or b"")
        return answer.response(replayed=True)


def _tried(session: Session, request: Request, unit: Unit) -> Response:
    try:
        with undone_alone(session):  # what is refused is undone, the key stays
            return unit(session)
    except Problem as refused:
        if refused.status >= _FIRST_OF_FAILURES:
            raise
        return problems.render(request, refused)


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
