"""`python -m customers_service` serves the app alone, as its container does."""

from common.web.serving import serve
from customers_service.main import create_app

serve(create_app, "customers")
