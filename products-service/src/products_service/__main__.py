"""`python -m products_service` serves the app alone, as its container does."""

from common.web.serving import serve
from products_service.main import create_app

serve(create_app, "products")
