"""The indexes by which lists filter and sort."""

from common.db.migrations import steps

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
    ("orders", "ix_orders_country", ["country"]),
    ("orders", "ix_orders_created_at", ["created_at"]),
    ("orders", "ix_orders_fulfilment_status", ["fulfilment_status"]),
    ("orders", "ix_orders_kind", ["kind"]),
    ("orders", "ix_orders_label", ["label"]),
    ("orders", "ix_orders_number", ["number"]),
    ("orders", "ix_orders_order_date", ["order_date"]),
    ("orders", "ix_orders_payment_status", ["payment_status"]),
    ("orders", "ix_orders_status", ["status"]),
    ("orders", "ix_orders_total_cents", ["total_cents"]),
    ("orders", "ix_orders_updated_at", ["updated_at"]),
    ("products", "ix_products_name", ["name"]),
    ("products", "ix_products_sku", ["sku"]),
    ("purchases", "ix_purchases_last_updated_on", ["last_updated_on"]),
    ("purchases", "ix_purchases_purchase_name", ["purchase_name"]),
    ("purchases", "ix_purchases_purchased_on", ["purchased_on"]),
    ("purchases", "ix_purchases_quantity", ["quantity"]),
    ("inventory_transactions", "ix_inventory_transactions_change", ["change"]),
    ("inventory_transactions", "ix_inventory_transactions_effective_at", ["effective_at"]),
    ("inventory_transactions", "ix_inventory_transactions_quantity", ["quantity"]),
    ("inventory_transactions", "ix_inventory_transactions_reason", ["reason"]),
    ("inventory_transactions", "ix_inventory_transactions_recorded_at", ["recorded_at"]),
    ("inventory_transactions", "ix_inventory_transactions_reference", ["reference"]),
    ("sales", "ix_sales_category", ["category"]),
    ("sales", "ix_sales_country", ["country"]),
    ("sales", "ix_sales_kind", ["kind"]),
    ("sales", "ix_sales_quantity", ["quantity"]),
    ("sales", "ix_sales_sold_at", ["sold_at"]),
    ("sales", "ix_sales_total_cents", ["total_cents"]),
    ("sales", "ix_sales_unit_price_cents", ["unit_price_cents"]),
]


def upgrade() -> None:
    for table, name, columns in INDEXES:
        steps.create_index(name, table, columns)


def downgrade() -> None:
    for table, name, _columns in reversed(INDEXES):
        steps.drop_index(name, table)
