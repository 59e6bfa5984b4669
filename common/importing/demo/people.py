"""The customers of a sample shop, one after the other: none is kept."""

import unicodedata
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from common.importing.demo.dice import Dice, Stream
from common.importing.demo.words import LANDS, PLAIN, Land

FIRST_NUMBER = 10001
_HOSTS = ("example.com", "example.org", "example.net")
_SHARES = list(accumulate(land.share for land in LANDS))


class DemoContact(NamedTuple):
    """A place and a telephone."""

    address_line1: str
    address_line2: str | None
    city: str
    state: str | None
    postal_code: str
    country: str
    phone_number: str


class DemoCustomer(NamedTuple):
    """A customer to be written. `land` is the place of the country.

    `shares` is whether the first contact is that of the customer before; `noted` are the
    purchases: the place of the product, how many units, on which day of the year.
    """

    number: str
    first_name: str
    last_name: str
    login: str
    email: str
    land: int
    address: str
    contacts: tuple[DemoContact, ...]
    shares: bool
    noted: tuple[tuple[int, int, int], ...]


def people(seed: int, count: int, products: int) -> Iterator[DemoCustomer]:
    """So many customers; every so often one lives where the one before lives."""
    dice = Dice(seed, Stream.customers)
    before: DemoCustomer | None = None
    for place in range(count):
        home = before if before and not before.shares and dice.chance(12) else None
        before = _customer(dice, place, products, home)
        yield before


def _customer(dice: Dice, place: int, products: int, home: DemoCustomer | None) -> DemoCustomer:
    which = home.land if home else dice.weighted(_SHARES)
    land = LANDS[which]
    first = dice.pick(land.first_names)
    last = home.last_name if home else dice.pick(land.last_names)
    number = FIRST_NUMBER + place
    login = f"{_plain(first)}.{_plain(last)}{number}"
    contacts = tuple(_contact(dice, land) for _ in range(2 if dice.chance(20) else 1))
    if home:
        contacts = (home.contacts[0], *contacts[1:])
    street, city = contacts[0].address_line1, contacts[0].city
    return DemoCustomer(
        number=str(number),
        first_name=first,
        last_name=last,
        login=login,
        email=f"{login}@{dice.pick(_HOSTS)}",
        land=which,
        address=f"{street}, {contacts[0].postal_code} {city}",
        contacts=contacts,
        shares=home is not None,
        noted=_noted(dice, products),
    )


def _contact(dice: Dice, land: Land) -> DemoContact:
    city, state = dice.pick(land.cities)
    street, number = dice.pick(land.streets), 1 + dice.low_below(180)
    return DemoContact(
        address_line1=f"{number} {street}" if land.number_first else f"{street} {number}",
        address_line2=f"Floor {1 + dice.below(6)}" if dice.chance(15) else None,
        city=city,
        state=state,
        postal_code="".join(str(dice.below(10)) if c == "#" else c for c in land.postcode),
        country=land.country,
        # nobody's: no subscriber has a number that begins with three zeros
        phone_number=f"{land.prefix} 000 {1000 + dice.below(9000)}",
    )


def _noted(dice: Dice, products: int) -> tuple[tuple[int, int, int], ...]:
    times = 1 + dice.below(2) if dice.chance(30) else 0
    return tuple((dice.below(products), 1 + dice.below(3), dice.below(365)) for _ in range(times))


def _plain(name: str) -> str:
    """The name in the letters of ASCII, small ones."""
    apart = unicodedata.normalize("NFKD", name.translate(PLAIN))
    return apart.encode("ascii", "ignore").decode().lower()
