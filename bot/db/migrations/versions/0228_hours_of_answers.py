"""How many reminders a person has answered in each hour of the day, for those who agreed to it."""

import sqlalchemy as sa
from alembic import op

revision = "0228"
down_revision = "0227"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("nudge_checks", sa.Column("hours", sa.JSON(), nullable=True))
