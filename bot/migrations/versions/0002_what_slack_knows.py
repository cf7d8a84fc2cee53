"""Channels, who is in them, user groups, quiet hours and absences; who changed which setting."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.database import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


NO = sa.text("false")
ADDED: dict[str, list[sa.Column[Any]]] = {
    "workspaces": [
        sa.Column("url", sa.String(), nullable=False, server_default="https://slack.com/"),
        sa.Column("looked_at", Instant(timezone=True)),
    ],
    "people": [
        *(
            sa.Column(name, sa.Boolean(), nullable=False, server_default=NO)
            for name in ("is_guest", "is_stranger", "is_admin")
        ),
        sa.Column("updated", sa.BigInteger(), nullable=False, server_default="0"),
        *(sa.Column(name, Instant(timezone=True)) for name in ("away_until", "quiet_from", "quiet_until")),
        sa.Column("settings", sa.JSON(), nullable=False, server_default="{}"),
    ],
    "teams": [sa.Column("is_closed", sa.Boolean(), nullable=False, server_default=NO)],
    "members": [sa.Column("left_at", Instant(timezone=True))],
    "outbox": [sa.Column("team_id", sa.Integer()), sa.Column("held_from", Instant(timezone=True))],
}
"""Plain ALTERs: on SQLite a table that others refer to cannot be made anew while it has rows."""


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)
    _channels()
    _groups()
    _changes()


def _channels() -> None:
    op.create_table(
        "channels",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("read_at", Instant(timezone=True), nullable=True),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_channels_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_channels")),
    )
    op.create_table(
        "presences",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_presences_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "channel_id", "user_id", name=op.f("pk_presences")),
    )
    op.create_index(op.f("ix_presences_workspace_id_user_id"), "presences", ["workspace_id", "user_id"])


def _groups() -> None:
    op.create_table(
        "groups",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("user_ids", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_groups_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_groups")),
    )
    op.create_index(op.f("ix_groups_handle"), "groups", ["handle"])


def _changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", Instant(timezone=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("was", sa.JSON(), nullable=False),
        sa.Column("became", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_changes_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_changes_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index(op.f("ix_changes_team_id_changed_at"), "changes", ["team_id", "changed_at"])
