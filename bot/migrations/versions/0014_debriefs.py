"""Debriefs: who was asked what they saw, their notes, and a team's spikes by when they began."""

import sqlalchemy as sa
from alembic import op

from bot.database import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

UNANSWERED = sa.text("answered_at IS NULL")


def upgrade() -> None:
    op.create_index(op.f("ix_spikes_team_id_opened_at"), "spikes", ["team_id", "opened_at"])
    _debriefs()
    _notes()


def _debriefs() -> None:
    op.create_table(
        "debriefs",
        *_whose("debriefs"),
        sa.Column("spike_id", sa.Integer(), nullable=False),
        _of_spike("debriefs", "CASCADE"),
        sa.Column("leader_id", sa.String(), nullable=False),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.UniqueConstraint("spike_id", "leader_id", name=op.f("uq_debriefs_spike_id_leader_id")),
    )


def _notes() -> None:
    table = "captured_notes"
    op.create_table(
        table,
        *_whose(table),
        sa.Column("spike_id", sa.Integer(), nullable=True),
        _of_spike(table, "SET NULL"),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("queue", "writer_id", "kind", "destination")),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("answered_at", Instant(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("came", sa.LargeBinary(), nullable=True),
    )
    op.create_index(
        "ix_captured_notes_open", table, ["team_id", "made_at"], sqlite_where=UNANSWERED, postgresql_where=UNANSWERED
    )
    for columns in (["spike_id"], ["workspace_id", "writer_id", "made_at"], ["workspace_id", "made_at"]):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def _of_spike(table: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["spike_id"], ["spikes.id"], name=op.f(f"fk_{table}_spike_id"), ondelete=ondelete)


def _whose(table: str) -> list[sa.schema.SchemaItem]:
    """The id, the workspace and the team."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{table}_workspace_id")),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f(f"fk_{table}_team_id")),
    ]
