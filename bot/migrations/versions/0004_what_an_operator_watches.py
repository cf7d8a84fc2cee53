"""What an operator watches: counted without reading everything that was ever sent."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ASIDE = sa.text("state = 'aside'")
FAILED = sa.text("reason IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_outbox_aside", "outbox", ["id"], sqlite_where=ASIDE, postgresql_where=ASIDE)
    op.create_index("ix_appointments_failed", "appointments", ["id"], sqlite_where=FAILED, postgresql_where=FAILED)
