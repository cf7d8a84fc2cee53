"""One-on-ones: pairs, their meetings, and what they keep for themselves."""

import sqlalchemy as sa
from alembic import op

from bot.database import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _series()
    _meetings()
    _kept("topics", sa.Column("done_at", Instant(timezone=True), nullable=True))
    _kept(
        "notes",
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("followed_at", Instant(timezone=True), nullable=True),
    )
    op.create_index(
        op.f("ix_notes_workspace_id_author_id_follow_up_on"), "notes", ["workspace_id", "author_id", "follow_up_on"]
    )


def _series() -> None:
    op.create_table(
        "series",
        *_whose("series", "teams"),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("leader_id", "agent_id", "rule")),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("since", Instant(timezone=True), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("is_missed", sa.Boolean(), nullable=False),
        *(sa.Column(name, Instant(timezone=True), nullable=True) for name in ("asked_at", "ended_at")),
        sa.UniqueConstraint("team_id", "leader_id", "agent_id", name=op.f("uq_series_team_id_leader_id_agent_id")),
    )
    op.create_index(op.f("ix_series_team_id"), "series", ["team_id"])
    op.create_index(op.f("ix_series_workspace_id_agent_id"), "series", ["workspace_id", "agent_id"])
    op.create_index(op.f("ix_series_workspace_id_leader_id_due_on"), "series", ["workspace_id", "leader_id", "due_on"])


def _meetings() -> None:
    op.create_table(
        "one_on_ones",
        *_whose("one_on_ones", "teams", "series"),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("leader_id", "agent_id")),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("slots", "refused")),
        sa.Column("starts_at", Instant(timezone=True), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("is_invited", sa.Boolean(), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
    )
    op.create_index(op.f("ix_one_on_ones_series_id_state"), "one_on_ones", ["series_id", "state"])
    op.create_index(
        op.f("ix_one_on_ones_workspace_id_leader_id_made_at"), "one_on_ones", ["workspace_id", "leader_id", "made_at"]
    )


def _kept(table: str, *more: sa.Column[object]) -> None:
    op.create_table(
        table,
        *_whose(table),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("leader_id", "agent_id", "author_id")),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        *more,
    )
    op.create_index(
        op.f(f"ix_{table}_workspace_id_leader_id_agent_id"), table, ["workspace_id", "leader_id", "agent_id"]
    )


def _whose(table: str, *parents: str) -> list[sa.schema.SchemaItem]:
    """The id, the workspace, and what else it belongs to."""
    names = {"teams": "team_id", "series": "series_id"}
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{table}_workspace_id")),
        *(sa.Column(names[parent], sa.Integer(), nullable=False) for parent in parents),
        *(
            sa.ForeignKeyConstraint([names[parent]], [f"{parent}.id"], name=op.f(f"fk_{table}_{names[parent]}"))
            for parent in parents
        ),
    ]
