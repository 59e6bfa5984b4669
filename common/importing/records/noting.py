"""Write down from which records of a source the shop's own came."""

from collections.abc import Iterable

from common.db import bulk
from common.db.models.imports import ImportRef
from common.db.session import Session
from common.importing.records.comparing import REFS
from common.importing.records.shapes import Kind

_REF = ("source", "kind", "key", "id", "digest")


def note(
    session: Session, source: str, kind: Kind, brought: Iterable[tuple[int, str, int]]
) -> None:
    """Of each record the key, the digest and the shop's id."""
    rows = ((source, REFS[kind], str(key), id_, digest) for key, digest, id_ in brought)
    for batch in bulk.batches(rows):
        bulk.write(session, ImportRef, _REF, batch)
