"""Nudges, when their people are looked at next, who is in a team since when, when a channel last spoke."""

import sqlalchemy as sa
from alembic import op

from bot.database import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("members", sa.Column("joined_at", Instant(timezone=True)))
    for name in ("said_at", "asked_at"):
        op.add_column("channels", sa.Column(name, Instant(timezone=True)))
    op.execute("UPDATE members SET joined_at = (SELECT created_at FROM teams WHERE teams.id = members.team_id)")
    _nudges()
    _looks()


def _nudges() -> None:
    op.create_table(
        "nudges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("person_id", "kind", "about")),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        *(sa.Column(name, Instant(timezone=True), nullable=False) for name in ("said_at", "ends_at")),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        *(sa.Column(name, Instant(timezone=True), nullable=True) for name in ("again_at", "answered_at")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_nudges_workspace_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_nudges_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudges")),
    )
    op.create_index(
        op.f("ix_nudges_workspace_id_person_id_said_at"), "nudges", ["workspace_id", "person_id", "said_at"]
    )
    op.create_index(op.f("ix_nudges_workspace_id_card"), "nudges", ["workspace_id", "card"])


def _looks() -> None:
    op.create_table(
        "looks",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("said", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_looks_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", name=op.f("pk_looks")),
    )
    op.create_index(op.f("ix_looks_workspace_id_at"), "looks", ["workspace_id", "at"])
