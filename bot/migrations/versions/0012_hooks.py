"""Hooks: the addresses at which tools tell how a queue is."""

import sqlalchemy as sa
from alembic import op

from bot.database import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _hooks()
    _folded()


def _hooks() -> None:
    op.create_table(
        "hooks",
        *_whose("hooks"),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_hooks_team_id")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("sender", "token_hash", "queue", "made_by")),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in ("secret", "previous")),
        *(sa.Column(name, Instant(timezone=True), nullable=True) for name in ("previous_until", "last_at", "since")),
        sa.Column("outcome", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("deliveries", "refused", "heard", "lately")),
        sa.Column("is_folding", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("token_hash", name=op.f("uq_hooks_token_hash")),
    )
    op.create_index(op.f("ix_hooks_team_id"), "hooks", ["team_id"])


def _folded() -> None:
    table = "folded_alerts"
    op.create_table(
        table,
        *_whose(table),
        sa.Column("hook_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hook_id"], ["hooks.id"], name=op.f(f"fk_{table}_hook_id")),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("hook_id", "key", name=op.f(f"uq_{table}_hook_id_key")),
    )


def _whose(table: str) -> list[sa.schema.SchemaItem]:
    """The id and the workspace."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{table}_workspace_id")),
    ]
