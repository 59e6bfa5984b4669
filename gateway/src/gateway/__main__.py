"""`python -m gateway` serves the app alone, as its container does."""

from common.web.serving import serve
from gateway.main import create_app

serve(create_app, "gateway")
