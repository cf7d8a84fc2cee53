"""Add the locale of a person's Slack, which decides how days, times and numbers are formatted for that person."""

import sqlalchemy as sa
from alembic import op

revision = "0201"
down_revision = "0200"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("locale", sa.String(), server_default="", nullable=False))
