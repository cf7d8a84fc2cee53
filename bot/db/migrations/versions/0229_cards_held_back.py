"""Reminder cards that are held back until their reader uses the bot."""

import sqlalchemy as sa
from alembic import op

revision = "0229"
down_revision = "0228"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("nudge_checks", sa.Column("held_on", sa.Date(), nullable=True))
    op.add_column("nudge_checks", sa.Column("active_at", sa.DateTime(timezone=True), nullable=True))
