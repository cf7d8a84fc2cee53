"""Answers: what people pressed where a ritual's question has answers, and whether the team knew it."""

import sqlalchemy as sa
from alembic import op

from bot.database import Instant

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ritual_occasions", sa.Column("revealed_at", Instant(timezone=True), nullable=True))
    op.add_column("ritual_occasions", sa.Column("is_known", sa.Boolean(), nullable=True))
    table, occasion = "ritual_answers", ["ritual_occasions.id"]
    op.create_table(
        table,
        sa.Column("occasion_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("occasion_id", "person_id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{table}_workspace_id")),
        sa.ForeignKeyConstraint(["occasion_id"], occasion, name=op.f(f"fk_{table}_occasion_id"), ondelete="CASCADE"),
    )
