"""Rules for alerts in messages, and counted tickets with what is usual."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.database import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rules()
    _previews()
    _queues()
    _tickets()
    _hours()


def _rules() -> None:
    table = "alert_rules"
    texts = ("channel_id", "sender", "sender_name", "way", "pattern", "queue", "made_by")
    op.create_table(
        table,
        *_id(table),
        *_ref(table, "workspace_id", sa.String(), "workspaces"),
        *_ref(table, "team_id", sa.Integer(), "teams"),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
    )
    _index(table, "team_id")
    _index(table, "workspace_id", "channel_id")


def _previews() -> None:
    table = "rule_previews"
    op.create_table(
        table,
        *_ref(table, "workspace_id", sa.String(), "workspaces"),
        *_ref(table, "team_id", sa.Integer(), "teams"),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("view_id", "user_id")),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "view_id", name=op.f(f"pk_{table}")),
    )


def _queues() -> None:
    table = "ticket_queues"
    op.create_table(
        table,
        *_id(table),
        *_ref(table, "workspace_id", sa.String(), "workspaces"),
        *_ref(table, "team_id", sa.Integer(), "teams"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("learnt_until", Instant(timezone=True), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("open", "told")),
        sa.UniqueConstraint("team_id", "name", name=op.f(f"uq_{table}_team_id_name")),
    )
    _index(table, "workspace_id", "learnt_until")


def _tickets() -> None:
    table = "tickets"
    op.create_table(
        table,
        *_ref(table, "workspace_id", sa.String(), "workspaces"),
        *_ref(table, "queue_id", sa.Integer(), "ticket_queues"),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("heard_at", Instant(timezone=True), nullable=False),
        *(sa.Column(name, Instant(timezone=True), nullable=True) for name in ("came_at", "left_at")),
        sa.PrimaryKeyConstraint("queue_id", "id", name=op.f(f"pk_{table}")),
    )
    _index(table, "queue_id", "came_at")
    _index(table, "workspace_id", "heard_at")


def _hours() -> None:
    table = "ticket_hours"
    op.create_table(
        table,
        *_ref(table, "queue_id", sa.Integer(), "ticket_queues"),
        sa.Column("hour", sa.Integer(), nullable=False),
        *_ref(table, "workspace_id", sa.String(), "workspaces"),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("queue_id", "hour", name=op.f(f"pk_{table}")),
    )


def _id(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _ref(table: str, column: str, kind: sa.types.TypeEngine[Any], to: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(column, kind, nullable=False),
        sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}")),
    ]


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
