"""Rituals: what teams keep, each time one comes, who hosts, and who took part."""

import sqlalchemy as sa
from alembic import op

from bot.database import Instant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rituals",
        *_whose("rituals"),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("own", sa.JSON(none_as_null=True), nullable=True),
        sa.UniqueConstraint("team_id", "slug", name=op.f("uq_rituals_team_id_slug")),
    )
    _occasions()
    _turns()
    op.create_table(
        "ritual_parts",
        sa.Column("occasion_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("occasion_id", "person_id", name=op.f("pk_ritual_parts")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_ritual_parts_workspace_id")),
        _of("ritual_parts", "occasion_id", "ritual_occasions"),
    )


def _occasions() -> None:
    table = "ritual_occasions"
    op.create_table(
        table,
        *_whose(table),
        sa.Column("ritual_id", sa.Integer(), nullable=False),
        _of(table, "ritual_id", "rituals"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", Instant(timezone=True), nullable=False),
        sa.Column("prompt", sa.String(), nullable=False),
        sa.Column("host_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.UniqueConstraint("ritual_id", "day", name=op.f(f"uq_{table}_ritual_id_day")),
    )
    op.create_index(op.f(f"ix_{table}_workspace_id_starts_at"), table, ["workspace_id", "starts_at"])


def _turns() -> None:
    table = "ritual_turns"
    op.create_table(
        table,
        *_whose(table),
        sa.Column("occasion_id", sa.Integer(), nullable=False),
        _of(table, "occasion_id", "ritual_occasions"),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("starts_at", Instant(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.UniqueConstraint("occasion_id", "person_id", name=op.f(f"uq_{table}_occasion_id_person_id")),
    )
    op.create_index(op.f(f"ix_{table}_team_id_person_id_starts_at"), table, ["team_id", "person_id", "starts_at"])


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


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
