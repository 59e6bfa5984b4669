"""What an order is, and the three states it is in."""

from enum import StrEnum


class OrderKind(StrEnum):
    """A sale, or a correcting entry of its own with signed quantities."""

    sale = "sale"
    return_ = "return"
    cancellation = "cancellation"
    change = "change"
    adjustment = "adjustment"


class OrderStatus(StrEnum):
    """Drafts are no entries: they are in no report, no ledger, no total."""

    draft = "draft"
    placed = "placed"
    cancelled = "cancelled"
    closed = "closed"


class PaymentStatus(StrEnum):
    """What was paid of an order."""

    unpaid = "unpaid"
    authorised = "authorised"
    partly_paid = "partly_paid"
    paid = "paid"
    refunded = "refunded"


class FulfilmentStatus(StrEnum):
    """What was sent of an order."""

    unfulfilled = "unfulfilled"
    partly_shipped = "partly_shipped"
    shipped = "shipped"
    delivered = "delivered"
