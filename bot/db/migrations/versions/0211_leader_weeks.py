"""The leader's week: which weeks were sent, the reserved nudge; it replaces two kinds of nudges about the balance."""

import sqlalchemy as sa
from alembic import op

revision = "0211"
down_revision = "0210"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leader_weeks",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_leader_weeks_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", "week", name=op.f("pk_leader_weeks")),
    )
    with op.batch_alter_table("leader_weeks", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_leader_weeks_workspace_id_closed_at"), ["workspace_id", "closed_at"], unique=False
        )
    with op.batch_alter_table("nudge_checks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reserved_on", sa.Date(), nullable=True))
    op.execute("DELETE FROM nudges WHERE kind IN ('balance.drift', 'balance.good_enough')")
