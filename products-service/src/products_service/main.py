"""The app of products-service: the catalogue and the stock."""

from fastapi import FastAPI

from common.settings import Settings
from common.web.deps import create_service
from products_service.categories.router import router as categories
from products_service.inventory.router import router as inventory
from products_service.levels.router import router as levels
from products_service.products.router import router as products
from products_service.stocktakes.router import router as stocktakes


def create_app(settings: Settings | None = None) -> FastAPI:
    """The app, on the database of the settings."""
    routers = (categories, products, inventory, levels, stocktakes)
    return create_service("products", *routers, settings=settings)
