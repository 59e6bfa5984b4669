"""Money is whole minor units (pence, cents) and an ISO 4217 currency; never a float."""

from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

# Ten thousand million in major units: sums of millions of such amounts still fit 64 bits.
MAX_CENTS = 10**12


def decimals(currency: str) -> int:
    """How many decimals the currency has: 2 for GBP, 0 for JPY, 3 for KWD (from CLDR)."""
    return get_currency_precision(currency)


def to_minor(amount: Decimal, places: int) -> int:
    """An amount in major units as minor units, rounded half up (away from zero), once."""
    return int(amount.scaleb(places).quantize(Decimal(1), ROUND_HALF_UP))


def major_text(minor: int, places: int) -> str:
    """Minor units as decimal text in major units: 24999 is `249.99`."""
    if not places:
        return str(minor)
    digits = f"{abs(minor):0{places + 1}d}"
    return f"{'-' if minor < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def amount_text(minor: int, places: int) -> str:
    """Minor units as people read them, with thousands apart: 974774793 is `9,747,747.93`."""
    whole, point, rest = major_text(abs(minor), places).partition(".")
    return f"{'-' if minor < 0 else ''}{int(whole):,}{point}{rest}"
