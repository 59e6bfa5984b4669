"""The app of customers-service."""

from fastapi import FastAPI

from common.settings import Settings
from common.web.borders import add_border
from common.web.deps import create_service
from customers_service.contacts.router import router as contacts
from customers_service.customers.router import router as customers
from customers_service.legacy.router import router as purchase_api
from customers_service.names.router import router as names
from customers_service.purchases.router import router as purchases


def create_app(settings: Settings | None = None) -> FastAPI:
    """The app, on the database of the settings."""
    app = create_service("customers", customers, contacts, purchases, names, settings=settings)
    add_border(app, "/api/v1", purchase_api)
    return app
