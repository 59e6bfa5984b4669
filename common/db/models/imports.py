"""What imports brought. Owner: sales-service; written by `common.importing` alone."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from common.db.base import Base
from common.db.types import characters


class ImportRef(Base):
    """Which record came from which record of a source, so that nothing is brought twice.

    `digest` is of all that the source said of it, to tell whether it says the same again.
    """

    __tablename__ = "import_refs"
    __table_args__ = (Index(None, "kind", "id"),)

    source: Mapped[str] = mapped_column(characters(40), primary_key=True)
    kind: Mapped[str] = mapped_column(characters(40), primary_key=True)
    key: Mapped[str] = mapped_column(characters(192), primary_key=True)  # folded
    id: Mapped[int]
    digest: Mapped[str | None] = mapped_column(characters(64))
