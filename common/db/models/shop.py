"""The shop itself."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from common.db.base import Base, Editable


class Shop(Editable, Base):
    """One row, with id 1. Settings only seed it; a running server and every command read it."""

    __tablename__ = "shop"

    name: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(String(3))  # ISO 4217; of every amount of the shop
    time_zone: Mapped[str] = mapped_column(String(64))  # IANA; of days and months in reports
