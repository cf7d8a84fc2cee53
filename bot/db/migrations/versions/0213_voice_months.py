"""The voice of the frontline: the months that leaders got a draft of, and what the sponsor was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0213"
down_revision = "0212"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "voice_months",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hand_ups", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("comment_by", sa.String(), nullable=True),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sponsor_id", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("leader_words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_voice_months_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_voice_months_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice_months")),
        sa.UniqueConstraint("team_id", "month", name=op.f("uq_voice_months_team_id_month")),
    )
    with op.batch_alter_table("voice_months", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_voice_months_workspace_id_drafted_at"), ["workspace_id", "drafted_at"], unique=False
        )
