"""The tables."""

import sqlalchemy as sa
from alembic import op

from common.db import types
from common.db.migrations import steps

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# MySQL needs an index for each foreign key, and would make its own where there is none.
# table, name of the index, columns
FOREIGN_KEYS = [
    ("customer_contacts", "ix_customer_contacts_contact_id", ["contact_id"]),
    ("orders", "ix_orders_corrects_order_id", ["corrects_order_id"]),
    ("orders", "ix_orders_customer_id", ["customer_id"]),
    ("products", "ix_products_category_id", ["category_id"]),
    ("order_lines", "ix_order_lines_order_id", ["order_id"]),
    ("order_lines", "ix_order_lines_product_id", ["product_id"]),
    ("purchases", "ix_purchases_customer_id", ["customer_id"]),
    ("purchases", "ix_purchases_product_id", ["product_id"]),
    ("inventory_transactions", "ix_inventory_transactions_product_id", ["product_id"]),
    ("sales", "ix_sales_customer_id", ["customer_id"]),
    ("sales", "ix_sales_order_id", ["order_id"]),
    ("sales", "ix_sales_product_id", ["product_id"]),
]


def upgrade() -> None:
    create_tables()
    for table, name, columns in FOREIGN_KEYS:
        steps.create_index(name, table, columns)


def create_tables() -> None:
    steps.create_table(
        "categories",
        sa.Column("id", types.Key, nullable=False),
        sa.Column("name", types.characters(40), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("updated_at", types.Moment(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint("name", name=op.f("uq_categories_name")),
        sqlite_autoincrement=True,
    )
    steps.create_table(
        "contacts",
        sa.Column("id", types.Key, nullable=False),
        sa.Column("address_line1", types.characters(200), nullable=False),
        sa.Column("address_line2", types.characters(200), nullable=True),
        sa.Column("city", types.characters(100), nullable=True),
        sa.Column("state", types.characters(100), nullable=True),
        sa.Column("postal_code", types.characters(20), nullable=True),
        sa.Column("country", types.characters(100), nullable=True),
        sa.Column("phone_number", types.characters(40), nullable=True),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("updated_at", types.Moment(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sqlite_autoincrement=True,
    )
    steps.create_table(
        "customers",
        sa.Column("id", types.Key, nullable=False),
        sa.Column("number", types.characters(64), nullable=True),
        sa.Column("number_folded", types.characters(192), nullable=True),
        sa.Column("name", types.characters(200), nullable=False),
        sa.Column("first_name", types.characters(100), nullable=True),
        sa.Column("last_name", types.characters(100), nullable=True),
        sa.Column("username", types.characters(64), nullable=True),
        sa.Column("username_folded", types.characters(192), nullable=True),
        sa.Column("email", types.characters(254), nullable=True),
        sa.Column("email_folded", types.characters(762), nullable=True),
        sa.Column("password_hash", types.characters(200), nullable=True),
        sa.Column("address", types.characters(500), nullable=True),
        sa.Column("country", types.characters(100), nullable=True),
        sa.Column("search", types.characters(2000), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("updated_at", types.Moment(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("email_folded", name=op.f("uq_customers_email_folded")),
        sa.UniqueConstraint("number_folded", name=op.f("uq_customers_number_folded")),
        sa.UniqueConstraint("username_folded", name=op.f("uq_customers_username_folded")),
        sqlite_autoincrement=True,
    )
    steps.create_table(
        "import_refs",
        sa.Column("source", types.characters(40), nullable=False),
        sa.Column("kind", types.characters(40), nullable=False),
        sa.Column("key", types.characters(192), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("digest", types.characters(64), nullable=True),
        sa.PrimaryKeyConstraint("source", "kind", "key", name=op.f("pk_import_refs")),
    )
    steps.create_table(
        "shop",
        sa.Column("id", types.Key, nullable=False),
        sa.Column("name", types.characters(200), nullable=False),
        sa.Column("currency", types.characters(3), nullable=False),
        sa.Column("time_zone", types.characters(64), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("updated_at", types.Moment(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop")),
    )
    steps.create_table(
        "customer_contacts",
        sa.Column("customer_id", types.Key, nullable=False),
        sa.Column("contact_id", types.Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_customer_contacts_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_customer_contacts_customer_id")
        ),
        sa.PrimaryKeyConstraint("customer_id", "contact_id", name=op.f("pk_customer_contacts")),
    )
    steps.create_table(
        "orders",
        sa.Column("id", types.Key, nullable=False),
        sa.Column("number", types.characters(64), nullable=True),
        sa.Column("number_folded", types.characters(192), nullable=True),
        sa.Column("customer_id", types.Key, nullable=True),
        sa.Column("country", types.characters(100), nullable=True),
        sa.Column("kind", types.characters(16), nullable=False),
        sa.Column("corrects_order_id", types.Key, nullable=True),
        sa.Column("status", types.characters(16), nullable=False),
        sa.Column("payment_status", types.characters(16), nullable=False),
        sa.Column("fulfilment_status", types.characters(16), nullable=False),
        sa.Column("label", types.characters(200), nullable=True),
        sa.Column("search", types.characters(800), nullable=True),
        sa.Column("order_date", types.Moment(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("updated_at", types.Moment(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["corrects_order_id"], ["orders.id"], name=op.f("fk_orders_corrects_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_orders_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("number_folded", name=op.f("uq_orders_number_folded")),
    )
    steps.create_table(
        "products",
        sa.Column("id", types.Key, nullable=False),
        sa.Column("sku", types.characters(64), nullable=False),
        sa.Column("sku_folded", types.characters(192), nullable=True),
        sa.Column("name", types.characters(200), nullable=False),
        sa.Column("search", types.characters(800), nullable=False),
        sa.Column("description", types.characters(), nullable=True),
        sa.Column("category_id", types.Key, nullable=False),
        sa.Column("price_cents", sa.BigInteger(), nullable=False),
        sa.Column("cost_cents", sa.BigInteger(), nullable=True),
        sa.Column("kind", types.characters(16), nullable=False),
        sa.Column("status", types.characters(16), nullable=False),
        sa.Column("reorder_point", sa.BigInteger(), nullable=True),
        sa.Column("deleted_at", types.Moment(), nullable=True),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("updated_at", types.Moment(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_products_category_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("sku_folded", name=op.f("uq_products_sku_folded")),
    )
    steps.create_table(
        "order_lines",
        sa.Column("id", types.Key, nullable=False),
        sa.Column("order_id", types.Key, nullable=False),
        sa.Column("product_id", types.Key, nullable=False),
        sa.Column("sku", types.characters(64), nullable=False),
        sa.Column("product_name", types.characters(200), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_price_cents", sa.BigInteger(), nullable=False),
        sa.Column("line_total_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_lines_order_id")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_order_lines_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
    )
    steps.create_table(
        "purchases",
        sa.Column("id", types.Key, nullable=False),
        sa.Column("customer_id", types.Key, nullable=False),
        sa.Column("purchase_name", types.characters(200), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("product_id", types.Key, nullable=True),
        sa.Column("purchased_on", types.Moment(), nullable=False),
        sa.Column("last_updated_on", types.Moment(), nullable=True),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("updated_at", types.Moment(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_purchases_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_purchases_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchases")),
        sqlite_autoincrement=True,
    )
    steps.create_table(
        "stock_levels",
        sa.Column(
            "product_id",
            types.Key,
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_stock_levels_not_negative")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_stock_levels_product_id")
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_stock_levels")),
    )
    steps.create_table(
        "inventory_transactions",
        sa.Column("id", types.Key, nullable=False),
        sa.Column("product_id", types.Key, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("reason", types.characters(200), nullable=False),
        sa.Column("reference", types.characters(200), nullable=True),
        sa.Column("order_line_id", types.Key, nullable=True),
        sa.Column("effective_at", types.Moment(), nullable=False),
        sa.Column("recorded_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_lines.id"],
            name=op.f("fk_inventory_transactions_order_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_inventory_transactions_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_transactions")),
        sa.UniqueConstraint("order_line_id", name=op.f("uq_inventory_transactions_order_line_id")),
    )
    steps.create_table(
        "sales",
        sa.Column("id", types.Key, nullable=False),
        sa.Column("order_line_id", types.Key, nullable=False),
        sa.Column("order_id", types.Key, nullable=False),
        sa.Column("product_id", types.Key, nullable=False),
        sa.Column("product_name", types.characters(200), nullable=False),
        sa.Column("category", types.characters(40), nullable=False),
        sa.Column("customer_id", types.Key, nullable=True),
        sa.Column("country", types.characters(100), nullable=True),
        sa.Column("kind", types.characters(16), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_price_cents", sa.BigInteger(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("sold_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_sales_customer_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_sales_order_id")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_sales_order_line_id")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_sales_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales")),
        sa.UniqueConstraint("order_line_id", name=op.f("uq_sales_order_line_id")),
    )


def downgrade() -> None:
    steps.drop_table("sales")
    steps.drop_table("inventory_transactions")
    steps.drop_table("stock_levels")
    steps.drop_table("purchases")
    steps.drop_table("order_lines")
    steps.drop_table("products")
    steps.drop_table("orders")
    steps.drop_table("customer_contacts")
    steps.drop_table("shop")
    steps.drop_table("import_refs")
    steps.drop_table("customers")
    steps.drop_table("contacts")
    steps.drop_table("categories")
