"""Every table. Import models from their own module; this one only completes the metadata."""

from common.db.models import (
    catalogue,
    customers,
    idempotency,
    imports,
    inventory,
    orders,
    sales,
    shop,
)

__all__ = [
    "catalogue",
    "customers",
    "idempotency",
    "imports",
    "inventory",
    "orders",
    "sales",
    "shop",
]
