"""Shadowing: a leader beside an agent, and the roadblocks that leaders take on."""

import sqlalchemy as sa
from alembic import op

from bot.database import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _sittings()
    _roadblocks()


def _sittings() -> None:
    op.create_table(
        "sittings",
        *_whose("sittings"),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("leader_id", "agent_id")),
        sa.Column("minutes", sa.Integer(), nullable=False),
        *(sa.Column(name, Instant(timezone=True), nullable=False) for name in ("starts_at", "made_at")),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("is_invited", sa.Boolean(), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
    )
    for columns in (
        ["workspace_id", "agent_id", "state"],
        ["workspace_id", "leader_id", "state"],
        ["team_id", "state"],
    ):
        op.create_index(op.f(f"ix_sittings_{'_'.join(columns)}"), "sittings", columns)


def _roadblocks() -> None:
    table = "owned_roadblocks"
    op.create_table(
        table,
        *_whose(table),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f(f"fk_{table}_sitting_id")),
        sa.Column("leader_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("done_at", Instant(timezone=True), nullable=True),
    )
    op.create_index(op.f(f"ix_{table}_sitting_id"), table, ["sitting_id"])
    op.create_index(op.f(f"ix_{table}_workspace_id_leader_id_due_on"), table, ["workspace_id", "leader_id", "due_on"])


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
