"""What stock there was at any instant, what it was worth, and who counted it when.

The ledgers refuse to be changed from now on.
"""

import sqlalchemy as sa
from alembic import op

from common.db import guards, types
from common.db.functions import month_number
from common.db.migrations import steps

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LEDGERS = {
    "inventory_transactions": ("order_line_id",),
    "sales": ("order_line_id",),
    "product_prices": ("product_id", "effective_at"),
    "stocktakes": (),
}
INDEXES = [
    ("ix_stocktakes_reason", ["reason"]),
    ("ix_stocktakes_reference", ["reference"]),
    ("ix_stocktakes_counted_at", ["counted_at"]),
    ("ix_stocktakes_recorded_at", ["recorded_at"]),
]
MOVEMENTS, STOCKTAKE = "inventory_transactions", "fk_inventory_transactions_stocktake_id"


def upgrade() -> None:
    _make_tables()
    steps.add_column(MOVEMENTS, sa.Column("counted", sa.BigInteger(), nullable=True))
    steps.add_reference(MOVEMENTS, "stocktake_id", STOCKTAKE, "stocktakes")
    steps.create_index("ix_inventory_transactions_stocktake_id", MOVEMENTS, ["stocktake_id"])
    _tell_the_months()
    _tell_the_prices()
    for table, unique in LEDGERS.items():
        guards.guard(op.get_bind(), table, unique)


def downgrade() -> None:
    for table in LEDGERS:
        guards.unguard(op.get_bind(), table)
    guards.drop_function(op.get_bind())
    # first the key, which on MySQL needs the index
    if op.get_bind().dialect.name == "sqlite":
        steps.drop_index("ix_inventory_transactions_stocktake_id", MOVEMENTS)
    steps.drop_reference(MOVEMENTS, "stocktake_id", STOCKTAKE)
    steps.drop_column(MOVEMENTS, "counted")
    for table in ("stocktakes", "stock_months", "product_prices"):
        steps.drop_table(table)


def _make_tables() -> None:
    steps.create_table(
        "product_prices",
        sa.Column("id", types.Key, nullable=False),
        sa.Column("product_id", types.Key, nullable=False),
        sa.Column("price_cents", sa.BigInteger(), nullable=False),
        sa.Column("cost_cents", sa.BigInteger(), nullable=True),
        sa.Column("effective_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_prices_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_prices")),
        sa.UniqueConstraint(
            "product_id", "effective_at", name=op.f("uq_product_prices_product_id_effective_at")
        ),
    )
    steps.create_table(
        "stock_months",
        sa.Column("product_id", types.Key, autoincrement=False, nullable=False),
        sa.Column("month", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_stock_months_product_id")
        ),
        sa.PrimaryKeyConstraint("product_id", "month", name=op.f("pk_stock_months")),
    )
    steps.create_table(
        "stocktakes",
        sa.Column("id", types.Key, nullable=False),
        sa.Column("reason", types.characters(200), nullable=False),
        sa.Column("reference", types.characters(200), nullable=True),
        sa.Column("counted_at", types.Moment(), nullable=False),
        sa.Column("recorded_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktakes")),
    )
    for name, columns in INDEXES:
        steps.create_index(name, "stocktakes", columns)


def _tell_the_months() -> None:
    """Anew, for a migration that was killed may have begun it."""
    bind = op.get_bind()
    moved = sa.table(
        MOVEMENTS, sa.column("product_id"), sa.column("change"), sa.column("effective_at")
    )
    months = sa.table(
        "stock_months", sa.column("product_id"), sa.column("month"), sa.column("change")
    )
    month = month_number(moved.c.effective_at)
    sums = sa.select(moved.c.product_id, month, sa.func.sum(moved.c.change)).group_by(
        moved.c.product_id, month
    )
    bind.execute(sa.delete(months))
    bind.execute(sa.insert(months).from_select(["product_id", "month", "change"], sums))


def _tell_the_prices() -> None:
    """Of each product, what it costs now, since it came."""
    names = ["product_id", "price_cents", "cost_cents", "effective_at"]
    products = sa.table(
        "products", *map(sa.column, ("id", "price_cents", "cost_cents", "created_at"))
    )
    prices = sa.table("product_prices", *map(sa.column, names))
    told = sa.select(prices.c.product_id)
    present = sa.select(
        products.c.id, products.c.price_cents, products.c.cost_cents, products.c.created_at
    ).where(products.c.id.not_in(told))
    op.get_bind().execute(sa.insert(prices).from_select(names, present.order_by(products.c.id)))
