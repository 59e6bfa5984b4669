"""The shop's own row: founded once, read by everything that runs."""

from sqlalchemy import select

from common.db import turns
from common.db.models.shop import Shop
from common.db.session import ReadSession, Session
from common.db.turns import Turn
from common.settings import Settings

THE_SHOP = 1


def found(session: Session, settings: Settings) -> None:
    """Write the row of a new shop from the settings; a shop that exists keeps its own."""
    turns.take(session, Turn.migrations)  # two who start at once found one shop
    if session.get(Shop, THE_SHOP) is None:
        session.add(
            Shop(
                id=THE_SHOP,
                name=settings.shop_name,
                currency=settings.currency,
                time_zone=settings.time_zone,
            )
        )


def is_founded(session: ReadSession) -> bool:
    """Whether the shop has its row."""
    return session.get(Shop, THE_SHOP) is not None


def the_shop(session: ReadSession) -> Shop:
    """The row of the shop."""
    return session.execute(select(Shop).where(Shop.id == THE_SHOP)).scalar_one()


def currency(session: ReadSession) -> str:
    """The ISO 4217 code of every amount of the shop."""
    return session.execute(select(Shop.currency).where(Shop.id == THE_SHOP)).scalar_one()
