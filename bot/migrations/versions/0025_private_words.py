"""The words of private thanks are encrypted, and those of thanks that were taken back are gone."""

import sqlalchemy as sa
from alembic import op

from bot.database import Private, Words

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    shoutouts = sa.table(
        "shoutouts",
        sa.column("id", sa.Integer()),
        sa.column("reason", Words()),
        sa.column("is_private", sa.Boolean()),
        sa.column("kept_until", sa.DateTime()),
        sa.column("undone_at", sa.DateTime()),
    )
    connection = op.get_bind()
    taken_back = sa.and_(shoutouts.c.undone_at.is_not(None), shoutouts.c.kept_until.is_(None))
    connection.execute(shoutouts.update().where(taken_back).values(reason=""))
    private = sa.select(shoutouts.c.id, shoutouts.c.reason).where(shoutouts.c.is_private, shoutouts.c.reason != "")
    for row in connection.execute(private).all():
        its = shoutouts.c.id == row.id
        connection.execute(shoutouts.update().where(its).values(reason=Private(row.reason)))
