"""Shout-outs that the fun tank and Homes do not show yet."""

import sqlalchemy as sa
from alembic import op

revision = "0227"
down_revision = "0226"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shoutouts", sa.Column("effects_due", sa.Boolean(), nullable=False, server_default=sa.false()))
    due = sa.text("effects_due")
    op.create_index("ix_shoutouts_effects_due", "shoutouts", ["team_id"], sqlite_where=due, postgresql_where=due)
