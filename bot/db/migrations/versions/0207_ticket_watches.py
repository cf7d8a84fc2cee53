"""Tickets that leaders watch."""

import sqlalchemy as sa
from alembic import op

revision = "0207"
down_revision = "0206"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_watches",
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("leader", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_ticket_watches_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_ticket_watches_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_watches")),
        sa.UniqueConstraint("team_id", "ticket", "leader", name=op.f("uq_ticket_watches_team_id_ticket_leader")),
    )
    with op.batch_alter_table("ticket_watches", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ticket_watches_workspace_id_asked_on"), ["workspace_id", "asked_on"], unique=False
        )
