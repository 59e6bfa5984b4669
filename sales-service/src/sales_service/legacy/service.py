"""What the API of old does, by the rules that hold for everybody."""

from common.catalogue import categories, products
from common.catalogue.categories import CategoryName
from common.catalogue.products import ProductKind, ProductStatus
from common.customers import customers
from common.db.models.catalogue import Product
from common.db.models.customers import Customer
from common.db.session import Session
from common.errors import Invalid
from common.sales import placing
from common.sales.placing import LineWish, OrderWish
from common.schemas import refuse_impossible
from sales_service.legacy import queries
from sales_service.legacy.schemas import OrderIn, OrderOut, ProductIn, ProductOut, UserIn, UserOut


def create_user(session: Session, body: UserIn) -> UserOut:
    """A new customer; Duplicate if another one has the e-mail address."""
    customer = Customer(email=body.email, name=body.full_name)
    customers.register(session, customer)
    return queries.user_of(customer)


def create_product(session: Session, body: ProductIn) -> ProductOut:
    """A new product, of which no stock is held: the document knows none."""
    product = Product(
        name=body.name,
        price_cents=body.price_cents,
        category_id=categories.named(session, CategoryName.other).id,
        kind=ProductKind.service.value,
        status=ProductStatus.active.value,
    )
    products.add_without_skus(session, [product])
    return queries.product_of(product)


def place_order(session: Session, body: OrderIn) -> OrderOut:
    """A new order; raises NotFound, ProductNotActive, InsufficientStock as placing does."""
    queries.refuse_unknown_user(session, body.user_id, field="user_id")
    refuse_impossible("product", [item.product_id for item in body.items], field="items")
    wish = OrderWish(
        [LineWish(item.product_id, item.quantity) for item in body.items],
        customer_id=body.user_id,
        label=body.status,
    )
    try:
        return queries.order_of(placing.place(session, wish))
    except Invalid as beyond:  # of the total; the rules speak of lines
        raise Invalid({"items": beyond.errors["lines"]}) from None
