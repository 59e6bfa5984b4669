"""Keys and their answers in SQL. What a key means is told by `common.web.idempotency`."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from common.db.models.idempotency import IdempotencyKey
from common.db.session import Database, ReadSession, Session
from common.times import now

# Rows that one transaction removes: who asks with a key never waits for long.
_BATCH = 1000


def find(session: ReadSession, digest: str) -> IdempotencyKey | None:
    """The key with its answer, however old it is."""
    return session.scalar(select(IdempotencyKey).where(IdempotencyKey.digest == digest))


def forget(session: Session, digest: str, *, before: datetime) -> None:
    """Remove the key if it came before the moment; that of a twin, which came now, stays."""
    session.execute(
        delete(IdempotencyKey)
        .where(IdempotencyKey.digest == digest, IdempotencyKey.created_at < before)
        .execution_options(synchronize_session=False)
    )


def claim(session: Session, digest: str, fingerprint: str) -> None:
    """Take the key for this transaction.

    A twin waits here until this transaction ends; of two, the database refuses the second, which
    finds the answer of the first when it begins anew.
    """
    session.execute(
        insert(IdempotencyKey).values(digest=digest, fingerprint=fingerprint, created_at=now())
    )


def keep(session: Session, digest: str, status: int, headers: str, body: bytes) -> None:
    """Save the answer that was found under the key."""
    session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.digest == digest)
        .values(status=status, headers=headers, body=body)
        .execution_options(synchronize_session=False)
    )


def prune(database: Database, *, before: datetime) -> int:
    """Remove the keys that came before the moment, a batch a transaction; how many there were."""
    removed = 0
    while found := database.run(lambda session: _remove_some(session, before)):
        removed += found
    return removed


def _remove_some(session: Session, before: datetime) -> int:
    old = select(IdempotencyKey.digest).where(IdempotencyKey.created_at < before)
    digests = session.scalars(old.order_by(IdempotencyKey.created_at).limit(_BATCH)).all()
    # what was forgotten and claimed anew meanwhile stays
    session.execute(
        delete(IdempotencyKey).where(
            IdempotencyKey.digest.in_(digests), IdempotencyKey.created_at < before
        )
    )
    return len(digests)
