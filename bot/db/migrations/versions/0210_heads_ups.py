"""Heads-ups and the hours that leaders cover."""

import sqlalchemy as sa
from alembic import op

revision = "0210"
down_revision = "0209"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heads_ups",
        sa.Column("leader_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("queues", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("cover", sa.Integer(), nullable=False),
        sa.Column("has_ritual", sa.Boolean(), nullable=False),
        sa.Column("ritual_run_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_heads_ups_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_heads_ups_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heads_ups")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("heads_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_heads_ups_team_id_ends_at"), ["team_id", "ends_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_heads_ups_workspace_id_ends_at"), ["workspace_id", "ends_at"], unique=False
        )
    op.create_table(
        "cover_slots",
        sa.Column("heads_up_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["heads_up_id"], ["heads_ups.id"], name=op.f("fk_cover_slots_heads_up_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_cover_slots_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_cover_slots_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover_slots")),
        sa.UniqueConstraint("heads_up_id", "hour", "person_id", name=op.f("uq_cover_slots_heads_up_id_hour_person_id")),
    )
