"""Consent to be quoted to the sponsor, what is quoted instead of a follow-up's own words, and the message as sent."""

import sqlalchemy as sa
from alembic import op

revision = "0215"
down_revision = "0214"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("followups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quoting", sa.String(), nullable=False, server_default="no"))
        batch_op.add_column(sa.Column("quote", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("handed_back_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("quoted_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("voice_months", schema=None) as batch_op:
        batch_op.add_column(sa.Column("message", sa.String(), nullable=False, server_default=""))
