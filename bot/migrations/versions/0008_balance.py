"""Spans of a leader's time."""

import sqlalchemy as sa
from alembic import op

from bot.database import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("leader_id", "part")),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("started_at", Instant(timezone=True), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("duty", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_spans_workspace_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_spans_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spans")),
        sa.UniqueConstraint("workspace_id", "source", name=op.f("uq_spans_workspace_id_source")),
    )
    op.create_index(
        op.f("ix_spans_workspace_id_leader_id_started_at"), "spans", ["workspace_id", "leader_id", "started_at"]
    )
