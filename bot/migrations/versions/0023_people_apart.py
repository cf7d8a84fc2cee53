"""Hashes that tell apart the people behind a theme or a private movement, so that none is shown of fewer than three."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("theme_sightings", "tank_asides"):
        op.add_column(table, sa.Column("whose", sa.String(), nullable=False, server_default=""))
