"""How an endpoint writes: its unit of work in one transaction, its key and its precondition.

    return write(lambda session: service.place(session, body), location="/orders/{id}")

The answer is made before the commit, saved with the key if there is one, and sent after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, TypeAlias, cast

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.status import HTTP_200_OK

from common.db.session import Database, Session
from common.schemas import Body, EditableRecord, Record
from common.web.deps import DatabaseDep
from common.web.etags import Expected, tag_of
from common.web.idempotency import Key

Work: TypeAlias = Callable[[Session], BaseModel]
Current: TypeAlias = Callable[[Session], EditableRecord]


@dataclass(frozen=True)
class Write:
    """One request that writes."""

    request: Request
    database: Database
    key: Key | None

    def __call__(
        self,
        work: Work,
        *,
        location: str | None = None,
        current: Current | None = None,
        body: Body | None = None,
    ) -> Response:
        """Answer with the record that `work` returns; see `Database.run` for what it may do.

        `location` is the path of a record that was made, with a place for its `id`. `current`
        returns, and locks, the record that is to be edited: it is compared with `If-Match`, and
        with the version in `body`. Raises PreconditionFailed, StaleVersion and
        IdempotencyKeyReused besides what `work` raises.
        """
        expected = Expected(self.request, body)

        def unit(session: Session) -> Response:
            if current is not None and expected.asked:
                expected.require(current(session))
            return self._answer(work(session), location)

        if self.key is None:
            return self.database.run(unit)
        return self.database.run(partial(self.key.once, request=self.request, unit=unit))

    def _answer(self, record: BaseModel, location: str | None) -> Response:
        told = record.model_dump_json().encode()
        route = cast(APIRoute, self.request.scope["route"])
        status = route.status_code or HTTP_200_OK
        answer = Response(told, status, media_type="application/json")
        if isinstance(record, Record):  # the lists of the APIs of old have no tags either
            answer.headers["ETag"] = tag_of(told)
        if location is not None:
            answer.headers["Location"] = location.format(id=getattr(record, "id"))  # noqa: B009 # records differ
        return answer


async def _write(request: Request, database: DatabaseDep) -> Write:
    return Write(request, database, Key.of(request, request.state.caller))


WriteDep = Annotated[Write, Depends(_write)]
