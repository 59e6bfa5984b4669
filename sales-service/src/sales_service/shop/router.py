"""The shop over HTTP."""

from fastapi import APIRouter

from common.db import shop
from common.web.auth import requires
from common.web.deps import DatabaseDep
from common.web.routes import Route
from sales_service.shop.schemas import ShopOut

router = APIRouter(route_class=Route, tags=["shop"])


@router.get("/shop", dependencies=[requires("shop:read")])
def get_shop(db: DatabaseDep) -> ShopOut:
    """Tell the shop's name, currency and time zone."""
    with db.reading() as session:
        return ShopOut.model_validate(shop.the_shop(session))
