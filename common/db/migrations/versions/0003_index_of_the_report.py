"""The order lines by order, with all that the report tells of them.

A server reads the lines of a customer's orders from the index alone, where each would else be
a place of its own in the table.
"""

from common.db.migrations import steps

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLE = "order_lines"
REPORTED = ["product_id", "product_name", "quantity", "unit_price_cents", "line_total_cents"]


def upgrade() -> None:
    # in this order: the foreign key of orders always has an index, as MySQL demands
    steps.create_index("ix_order_lines_report", TABLE, ["order_id", "id", *REPORTED])
    steps.drop_index("ix_order_lines_order_id", TABLE)


def downgrade() -> None:
    steps.create_index("ix_order_lines_order_id", TABLE, ["order_id"])
    steps.drop_index("ix_order_lines_report", TABLE)
