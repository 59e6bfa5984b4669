"""Every table. Import models from their own module; this one only completes the metadata."""

from common.db.models import catalogue, customers, imports, inventory, orders, sales, shop

__all__ = ["catalogue", "customers", "imports", "inventory", "orders", "sales", "shop"]
