"""The app of sales-service: orders, sales, the shop itself, and the proof of all numbers."""

from fastapi import FastAPI

from common.settings import Settings
from common.web.borders import add_border
from common.web.deps import create_service
from sales_service.checks.router import router as checks
from sales_service.legacy.router import router as order_management
from sales_service.orders.router import router as orders
from sales_service.report.router import router as report
from sales_service.sales.router import router as sales
from sales_service.shop.router import router as shop


def create_app(settings: Settings | None = None) -> FastAPI:
    """The app, on the database of the settings."""
    app = create_service("sales", orders, sales, shop, report, checks, settings=settings)
    add_border(app, "/order-mgmt", order_management)
    return app
