"""Add tables of follow-ups: roadblocks, ideas and promises, their history and their supporters."""

import sqlalchemy as sa
from alembic import op

revision = "0202"
down_revision = "0201"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("recipient_id", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_count", sa.Integer(), nullable=False),
        sa.Column("owned_on", sa.Date(), nullable=True),
        sa.Column("waiting_for", sa.String(), nullable=False),
        sa.Column("waiting_until", sa.Date(), nullable=True),
        sa.Column("ask_again_on", sa.Date(), nullable=True),
        sa.Column("with_sponsor_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sponsor_note", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("experiment_ends_on", sa.Date(), nullable=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["followups.id"], name=op.f("fk_followups_merged_into_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_followups_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_followups_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followups")),
    )
    with op.batch_alter_table("followups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_followups_team_id_kind_state"), ["team_id", "kind", "state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_followups_workspace_id_author_id_raised_at"),
            ["workspace_id", "author_id", "raised_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_followups_workspace_id_closed_at"), ["workspace_id", "closed_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_followups_workspace_id_owner_id_state"), ["workspace_id", "owner_id", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_followups_workspace_id_recipient_id_state"),
            ["workspace_id", "recipient_id", "state"],
            unique=False,
        )

    op.create_table(
        "followup_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("followup_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["followup_id"], ["followups.id"], name=op.f("fk_followup_events_followup_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_followup_events_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_followup_events_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followup_events")),
    )
    with op.batch_alter_table("followup_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_followup_events_followup_id_id"), ["followup_id", "id"], unique=False)

    op.create_table(
        "followup_supports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("followup_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_from_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["followup_id"], ["followups.id"], name=op.f("fk_followup_supports_followup_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_followup_supports_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_followup_supports_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followup_supports")),
        sa.UniqueConstraint("followup_id", "person_id", name=op.f("uq_followup_supports_followup_id_person_id")),
    )
    with op.batch_alter_table("followup_supports", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_followup_supports_workspace_id_person_id"), ["workspace_id", "person_id"], unique=False
        )
