"""Erasures of people's data; since when somebody has left Slack; and whose data is being erased, for the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0220"
down_revision = "0219"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("person_hash", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("stand_in", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("leaves", sa.Boolean(), nullable=False),
        sa.Column("words_too", sa.Boolean(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("place", sa.JSON(), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("cards", sa.JSON(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_erasures_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("workspace_id", "person_hash", name=op.f("uq_erasures_workspace_id_person_hash")),
    )
    op.create_index(op.f("ix_erasures_workspace_id_person_id"), "erasures", ["workspace_id", "person_id"], unique=False)
    op.add_column("people", sa.Column("left_since", sa.BigInteger(), nullable=True))
    op.add_column("people", sa.Column("is_being_erased", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE people SET left_since = updated WHERE has_left")
