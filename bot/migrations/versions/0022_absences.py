"""Absences: somebody is away from one instant to another, and more than once."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from bot.database import Instant, Spans

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

LONGEST = timedelta(days=366)
"""Nobody could be away for longer, so an absence whose beginning was not kept has begun since."""


def upgrade() -> None:
    op.add_column("people", sa.Column("absences", Spans(), nullable=False, server_default="[]"))
    people = sa.table(
        "people",
        sa.column("workspace_id", sa.String()),
        sa.column("id", sa.String()),
        sa.column("away_until", Instant(timezone=True)),
        sa.column("absences", Spans()),
    )
    connection = op.get_bind()
    for each in connection.execute(sa.select(people).where(people.c.away_until.is_not(None))).all():
        its = sa.and_(people.c.workspace_id == each.workspace_id, people.c.id == each.id)
        span = (each.away_until - LONGEST, each.away_until)
        connection.execute(people.update().where(its).values(absences=[span]))
    op.drop_column("people", "away_until")
