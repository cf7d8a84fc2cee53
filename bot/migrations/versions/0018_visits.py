"""Visits: a sponsor beside an agent, what they wrote down, and the themes seen in a team."""

import sqlalchemy as sa
from alembic import op

from bot.database import Instant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _visits()
    _debriefs()
    _sightings()


def _visits() -> None:
    op.create_table(
        "visits",
        *_whose("visits"),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("sponsor_id", "host_id")),
        sa.Column("minutes", sa.Integer(), nullable=False),
        *(sa.Column(name, Instant(timezone=True), nullable=False) for name in ("starts_at", "made_at")),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("passed", sa.JSON(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("is_invited", sa.Boolean(), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
    )
    _index("visits", ["workspace_id", "sponsor_id", "state"], ["workspace_id", "host_id", "state"])
    _index("visits", ["team_id", "made_at"])


def _debriefs() -> None:
    table = "visit_debriefs"
    visit = sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f(f"fk_{table}_visit_id"), ondelete="CASCADE")
    op.create_table(
        table,
        *_whose(table),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        visit,
        sa.UniqueConstraint("visit_id", name=op.f(f"uq_{table}_visit_id")),
        sa.Column("sponsor_id", sa.String(), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in ("works", "in_the_way", "promise")),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("kept_at", Instant(timezone=True), nullable=True),
    )
    _index(table, ["workspace_id", "sponsor_id", "due_on"])


def _sightings() -> None:
    table = "theme_sightings"
    once = ["workspace_id", "source", "theme"]
    op.create_table(
        table,
        *_whose(table),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("source", "theme")),
        sa.Column("seen_at", Instant(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=True),
        sa.UniqueConstraint(*once, name=op.f(f"uq_{table}_{'_'.join(once)}")),
    )
    _index(table, ["team_id", "seen_at"], ["workspace_id", "seen_at"])


def _index(table: str, *several: list[str]) -> None:
    for columns in several:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


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
