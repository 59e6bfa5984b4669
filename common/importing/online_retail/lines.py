"""Understand one line of the file, or say why it cannot be taken."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

from common.money import MAX_CENTS, to_minor
from common.sales.states import OrderKind
from common.schemas import MAX_UNITS
from common.text import fold
from common.times import EARLIEST, now

# The stock codes that are no goods, as they stand in the file.
SERVICES = frozenset(
    fold(code)
    for code in (
        *("POST", "DOT", "D", "M", "S", "B", "C2", "CRUK"),
        *("BANK CHARGES", "AMAZONFEE"),
    )
)
SERVICE_PREFIX = "gift_0001_"
# Numbers that begin so are given by Daybook itself, today or some day.
OWN_NUMBERS = {"InvoiceNo": "o-", "CustomerID": "c-"}
LONGEST = {"InvoiceNo": 64, "StockCode": 64, "Description": 200, "CustomerID": 64, "Country": 100}
LARGEST = 18  # the decimal exponent beyond which a number is too large to be looked at
_US_TIME = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))?")


class Rejected(Exception):
    """Why a line is not taken, in words that fit many lines."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sound line. Money is in minor units, `moment` in UTC; keys are folded."""

    invoice: str
    number: str
    sku: str
    code: str
    description: str
    quantity: int
    price: int
    total: int
    moment: datetime
    customer: str | None
    customer_number: str | None
    country: str | None
    kind: OrderKind
    write_off: bool


def understand(cells: tuple[object, ...], zone: ZoneInfo, places: int) -> Line:
    """The line in eight cells, its times those of `zone`; raises Rejected."""
    number = _text(cells[0], "InvoiceNo") or _missing("InvoiceNo")
    code = _text(cells[1], "StockCode") or _missing("StockCode")
    quantity = _quantity(cells[3])
    price = _price(cells[5])
    total = to_minor(price * quantity, places)
    if abs(total) > MAX_CENTS:
        raise Rejected("the amount is too large")
    customer = _text(cells[6], "CustomerID")
    customer = customer.removesuffix(".0") if customer else None
    kind = _kind(number)
    return Line(
        invoice=_fold(number),
        number=number,
        sku=_fold(code),
        code=code,
        description=_text(cells[2], "Description") or "",
        quantity=quantity,
        price=to_minor(price, places),
        total=total,
        moment=_moment(cells[4], zone),
        customer=_fold(customer) if customer else None,
        customer_number=customer,
        country=_text(cells[7], "Country"),
        kind=kind,
        write_off=quantity < 0 and kind is not OrderKind.return_,
    )


def is_service(sku: str) -> bool:
    """Whether the folded stock code is one of a service."""
    return sku in SERVICES or sku.startswith(SERVICE_PREFIX)


def invoice_key(cell: object) -> str | None:
    """The folded number of an invoice, if the cell holds one."""
    try:
        number = _text(cell, "InvoiceNo")
    except Rejected:
        return None
    return _fold(number) if number else None


_fold = lru_cache(maxsize=65_536)(fold)


def _missing(column: str) -> str:
    raise Rejected(f"{column} is missing")


def _kind(number: str) -> OrderKind:
    if number[0] in "Cc":
        return OrderKind.return_
    return OrderKind.adjustment if number[0] in "Aa" else OrderKind.sale


@lru_cache(maxsize=65_536, typed=True)
def _text(cell: object, column: str) -> str | None:
    """The trimmed text of a cell; a workbook's 536365.0 is `536365`."""
    if cell is None:
        return None
    whole = isinstance(cell, float) and cell.is_integer()
    text = str(int(cell) if whole else cell).strip()  # type: ignore[call-overload] # a float
    if len(text) > LONGEST[column]:
        raise Rejected(f"{column} is longer than {LONGEST[column]} characters")
    if "\x00" in text:
        raise Rejected(f"{column} holds the character NUL")
    if column in OWN_NUMBERS and fold(text).startswith(OWN_NUMBERS[column]):
        raise Rejected(f"{column} begins with {OWN_NUMBERS[column].upper()}, as Daybook's own do")
    return text or None


@lru_cache(maxsize=65_536, typed=True)
def _decimal(cell: object, column: str) -> Decimal:
    text = "" if cell is None else str(cell).strip()
    try:
        # a float's shortest text is what stands in the workbook
        found = Decimal(text or _missing(column))
    except InvalidOperation:
        raise Rejected(f"{column} is not a number") from None
    if not found.is_finite():
        raise Rejected(f"{column} is not a number")
    return found


def _quantity(cell: object) -> int:
    amount = _decimal(cell, "Quantity")
    if amount.adjusted() > LARGEST or abs(amount) > MAX_UNITS:
        raise Rejected("Quantity is too large")
    if amount != int(amount):
        raise Rejected("Quantity is not a whole number")
    if not amount:
        raise Rejected("Quantity is 0")
    return int(amount)


def _price(cell: object) -> Decimal:
    price = _decimal(cell, "UnitPrice")
    if price.adjusted() > LARGEST or abs(price) > MAX_CENTS:
        raise Rejected("UnitPrice is too large")
    return price


@lru_cache(maxsize=65_536, typed=True)
def _moment(cell: object, zone: ZoneInfo) -> datetime:
    """The time in UTC of `2010-12-01 08:26:00`, `12/1/2010 8:26` or a workbook's date."""
    if isinstance(cell, datetime):
        local = cell
    else:
        local = _local(str(cell or "").strip() or _missing("InvoiceDate"))
    try:
        found = (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise Rejected("InvoiceDate is before 1970 or in the future") from None
    if not EARLIEST < found <= now():
        raise Rejected("InvoiceDate is before 1970 or in the future")
    return found


def _local(text: str) -> datetime:
    try:
        if american := _US_TIME.fullmatch(text):
            month, day, year, hour, minute, second = (int(part or 0) for part in american.groups())
            return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 # the caller's zone
        return datetime.fromisoformat(text)
    except ValueError:
        raise Rejected("InvoiceDate is not a time") from None
