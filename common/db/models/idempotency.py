"""Answers that were given to requests with a key. Owner: common; see `common.web.idempotency`."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from common.db.base import Base
from common.db.types import Octets, characters
from common.times import now


class IdempotencyKey(Base):
    """A key of a caller at a route, and the answer that was final, saved with its effect.

    `digest` is of caller, method, path and key, `fingerprint` of what was asked. Status,
    headers (JSON) and body are null only inside the transaction that finds the answer.
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index(None, "created_at"),)

    digest: Mapped[str] = mapped_column(characters(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(characters(64))
    status: Mapped[int | None]
    headers: Mapped[str | None] = mapped_column(characters())
    body: Mapped[bytes | None] = mapped_column(Octets)
    created_at: Mapped[datetime] = mapped_column(default=now)
