"""The app of sales-service: orders, sales, and the proof of them."""

from fastapi import FastAPI

from common.settings import Settings
from common.web.deps import create_service
from sales_service.checks.router import router as checks
from sales_service.orders.router import router as orders
from sales_service.report.router import router as report
from sales_service.sales.router import router as sales


def create_app(settings: Settings | None = None) -> FastAPI:
    """The app, on the database of the settings."""
    return create_service("sales", orders, sales, report, checks, settings=settings)
