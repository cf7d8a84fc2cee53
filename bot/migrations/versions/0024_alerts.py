"""What each cause of a spike measured and whether its source tells of ends; the delivery that a hook heard last."""

import sqlalchemy as sa
from alembic import op

from bot.database import Instant

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MEASURED = """
UPDATE spike_causes SET {0} = (
    SELECT spikes.{0} FROM spikes
    WHERE spikes.team_id = spike_causes.team_id AND spikes.key = spike_causes.queue AND spikes.resolved_at IS NULL
) WHERE is_firing
"""
"""Until each is told again, all that fires for a queue is as large as its spike was."""


def upgrade() -> None:
    for column in ("value", "threshold"):
        op.add_column("spike_causes", sa.Column(column, sa.Double(), nullable=True))
        op.execute(MEASURED.format(column))
    op.add_column("spike_causes", sa.Column("ended_at", Instant(timezone=True), nullable=True))
    op.add_column("hooks", sa.Column("last_id", sa.String(), nullable=False, server_default=""))
