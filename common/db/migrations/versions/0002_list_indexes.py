"""The indexes by which lists filter and sort, and the keys that they look up."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# table, name of the index, columns
INDEXES = [
    ("customers", "ix_customers_address", ["address"]),
    ("customers", "ix_customers_country", ["country"]),
    ("customers", "ix_customers_created_at", ["created_at"]),
    ("customers", "ix_customers_email", ["email"]),
    ("customers", "ix_customers_first_name", ["first_name"]),
    ("customers", "ix_customers_last_name", ["last_name"]),
    ("customers", "ix_customers_name", ["name"]),
    ("customers", "ix_customers_number", ["number"]),
    ("customers", "ix_customers_updated_at", ["updated_at"]),
    ("customers", "ix_customers_username", ["username"]),
    ("import_refs", "ix_import_refs_kind_id", ["kind", "id"]),
    ("customer_contacts", "ix_customer_contacts_contact_id", ["contact_id"]),
    ("orders", "ix_orders_corrects_order_id", ["corrects_order_id"]),
    ("orders", "ix_orders_country", ["country"]),
    ("orders", "ix_orders_created_at", ["created_at"]),
    ("orders", "ix_orders_customer_id", ["customer_id"]),
    ("orders", "ix_orders_fulfilment_status", ["fulfilment_status"]),
    ("orders", "ix_orders_kind", ["kind"]),
    ("orders", "ix_orders_label", ["label"]),
    ("orders", "ix_orders_number", ["number"]),
    ("orders", "ix_orders_order_date", ["order_date"]),
    ("orders", "ix_orders_payment_status", ["payment_status"]),
    ("orders", "ix_orders_status", ["status"]),
    ("orders", "ix_orders_total_cents", ["total_cents"]),
    ("orders", "ix_orders_updated_at", ["updated_at"]),
    ("products", "ix_products_category_id", ["category_id"]),
    ("products", "ix_products_name", ["name"]),
    ("products", "ix_products_sku", ["sku"]),
    ("order_lines", "ix_order_lines_order_id", ["order_id"]),
    ("order_lines", "ix_order_lines_product_id", ["product_id"]),
    ("purchases", "ix_purchases_customer_id", ["customer_id"]),
    ("purchases", "ix_purchases_last_updated_on", ["last_updated_on"]),
    ("purchases", "ix_purchases_product_id", ["product_id"]),
    ("purchases", "ix_purchases_purchase_name", ["purchase_name"]),
    ("purchases", "ix_purchases_purchased_on", ["purchased_on"]),
    ("purchases", "ix_purchases_quantity", ["quantity"]),
    ("inventory_transactions", "ix_inventory_transactions_change", ["change"]),
    ("inventory_transactions", "ix_inventory_transactions_effective_at", ["effective_at"]),
    ("inventory_transactions", "ix_inventory_transactions_quantity", ["quantity"]),
    ("inventory_transactions", "ix_inventory_transactions_reason", ["reason"]),
    ("inventory_transactions", "ix_inventory_transactions_recorded_at", ["recorded_at"]),
    ("inventory_transactions", "ix_inventory_transactions_reference", ["reference"]),
    ("inventory_transactions", "ix_inventory_transactions_product_id", ["product_id"]),
    ("sales", "ix_sales_category", ["category"]),
    ("sales", "ix_sales_country", ["country"]),
    ("sales", "ix_sales_customer_id", ["customer_id"]),
    ("sales", "ix_sales_kind", ["kind"]),
    ("sales", "ix_sales_order_id", ["order_id"]),
    ("sales", "ix_sales_product_id", ["product_id"]),
    ("sales", "ix_sales_quantity", ["quantity"]),
    ("sales", "ix_sales_sold_at", ["sold_at"]),
    ("sales", "ix_sales_total_cents", ["total_cents"]),
    ("sales", "ix_sales_unit_price_cents", ["unit_price_cents"]),
]


def upgrade() -> None:
    for table, name, columns in INDEXES:
        op.create_index(name, table, columns)


def downgrade() -> None:
    for table, name, _columns in reversed(INDEXES):
        op.drop_index(name, table)
