"""Add a table of reactions to ideas' cards (marks), and a column with the time they were last read from Slack."""

import sqlalchemy as sa
from alembic import op

revision = "0204"
down_revision = "0203"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("followups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("votes_read_at", sa.DateTime(timezone=True), nullable=True))

    op.create_table(
        "idea_marks",
        sa.Column("followup_id", sa.Integer(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("emoji", sa.String(), nullable=False),
        sa.Column("event_ts", sa.String(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["followup_id"], ["followups.id"], name=op.f("fk_idea_marks_followup_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("followup_id", "ts", "person_id", "emoji", name=op.f("pk_idea_marks")),
    )
    with op.batch_alter_table("idea_marks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idea_marks_person_id"), ["person_id"], unique=False)
