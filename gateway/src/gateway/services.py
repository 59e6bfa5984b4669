"""The services behind the gateway: the one place to add one.

A row here, and where it listens in `common.settings` (`<name>_url`): from these the gateway
passes its paths through, asks whether it is alive, and takes its part of the documentation.
"""

from collections.abc import Mapping

# Of each service, the beginnings of the paths that are the public's. What it serves
# besides, such as the batches of the reports, its own documentation or its health, stays inside.
PUBLIC: Mapping[str, tuple[str, ...]] = {
    "products": (
        *("products", "categories", "inventory", "inventory-transactions"),
        *("inventory-adjustments", "stocktakes"),
    ),
    "sales": ("orders", "sales", "shop", "order-mgmt"),
    "customers": ("customers", "contacts", "purchases", "api/v1"),
}


def full_name(service: str) -> str:
    """The name by which people know the service: `products-service`."""
    return f"{service}-service"


def is_public(service: str, path: str) -> bool:
    """Whether the gateway passes the path through to the service."""
    return any(f"{path}/".startswith(f"/{prefix}/") for prefix in PUBLIC[service])
