"""Celebrations, each once; who reacted to a message; birthdays and anniversaries to come, and what teammates sign."""

import sqlalchemy as sa
from alembic import op

from bot.database import Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _celebrations()
    _cheers()
    _occasions()


def _celebrations() -> None:
    table = "celebrations"
    op.create_table(
        table,
        *_whose(table),
        _team(table),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("source", "way")),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.UniqueConstraint("team_id", "source", name=op.f("uq_celebrations_team_id_source")),
    )
    for column in ("team_id", "workspace_id"):
        op.create_index(op.f(f"ix_{table}_{column}_made_at"), table, [column, "made_at"])


def _cheers() -> None:
    table = "cheered_messages"
    op.create_table(
        table,
        *_whose(table),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("channel_id", "ts")),
        sa.Column("said_at", Instant(timezone=True), nullable=False),
        sa.UniqueConstraint(
            "workspace_id", "channel_id", "ts", name=op.f("uq_cheered_messages_workspace_id_channel_id_ts")
        ),
    )
    op.create_index(op.f("ix_cheered_messages_workspace_id_said_at"), table, ["workspace_id", "said_at"])
    op.create_table(
        "cheers",
        sa.Column("message_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("user_id", "emoji", "event_ts")),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "user_id", "emoji", name=op.f("pk_cheers")),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["cheered_messages.id"],
            name=op.f("fk_cheers_message_id"),
            ondelete="CASCADE",
        ),
    )


def _occasions() -> None:
    table = "occasions"
    op.create_table(
        table,
        *_whose(table),
        _team(table),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("person_id", "kind")),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_at", Instant(timezone=True), nullable=False),
        sa.Column("opened_at", Instant(timezone=True), nullable=True),
        sa.Column("given_at", Instant(timezone=True), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.UniqueConstraint(
            "team_id", "person_id", "kind", "year", name=op.f("uq_occasions_team_id_person_id_kind_year")
        ),
    )
    op.create_index(op.f("ix_occasions_workspace_id_due_at"), table, ["workspace_id", "due_at"])
    op.create_table(
        "signatures",
        sa.Column("occasion_id", sa.Integer(), nullable=False),
        sa.Column("signer_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("occasion_id", "signer_id", name=op.f("pk_signatures")),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["occasions.id"], name=op.f("fk_signatures_occasion_id"), ondelete="CASCADE"
        ),
    )


def _whose(table: str) -> list[sa.schema.SchemaItem]:
    """The id and the workspace."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{table}_workspace_id")),
    ]


def _team(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f(f"fk_{table}_team_id"))
