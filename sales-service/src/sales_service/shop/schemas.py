"""The shop on the wire."""

from common.schemas import Record


class ShopOut(Record):
    """Its name, the ISO 4217 currency of every amount, the IANA time zone of days and months."""

    name: str
    currency: str
    time_zone: str
