"""The answers to requests with a key, saved with their effect."""

import sqlalchemy as sa
from alembic import op

from common.db import types
from common.db.migrations import steps

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    steps.create_table(
        "idempotency_keys",
        sa.Column("digest", types.characters(64), nullable=False),
        sa.Column("fingerprint", types.characters(64), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("headers", types.characters(), nullable=True),
        sa.Column("body", types.Octets, nullable=True),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_idempotency_keys")),
    )
    steps.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])


def downgrade() -> None:
    steps.drop_table("idempotency_keys")
