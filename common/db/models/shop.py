"""The shop itself."""

from sqlalchemy.orm import Mapped, mapped_column

from common.db.base import Base, Editable
from common.db.types import characters


class Shop(Editable, Base):
    """One row, with id 1. Settings only seed it; a running server and every command read it."""

    __tablename__ = "shop"

    name: Mapped[str] = mapped_column(characters(200))
    currency: Mapped[str] = mapped_column(characters(3))  # ISO 4217; of every amount of the shop
    time_zone: Mapped[str] = mapped_column(characters(64))  # IANA; of days and months in reports
