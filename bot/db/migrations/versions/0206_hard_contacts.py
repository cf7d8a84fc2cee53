"""Add hard contacts and their monthly counts, names for breaks' cards, and a key for the fun tank's private entries."""

import sqlalchemy as sa
from alembic import op

revision = "0206"
down_revision = "0205"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hard_contacts",
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_hard_contacts_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_hard_contacts_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hard_contacts")),
    )
    with op.batch_alter_table("hard_contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hard_contacts_team_id"), ["team_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_hard_contacts_workspace_id_raised_on"), ["workspace_id", "raised_on"], unique=False
        )

    op.create_table(
        "hard_contact_months",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("carried", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_hard_contact_months_team_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_hard_contact_months_workspace_id")),
        sa.PrimaryKeyConstraint("team_id", "month", name=op.f("pk_hard_contact_months")),
    )
    with op.batch_alter_table("hard_contact_months", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hard_contact_months_workspace_id_month"), ["workspace_id", "month"], unique=False
        )

    with op.batch_alter_table("breaks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("token", sa.String(), server_default="", nullable=False))
    op.execute("UPDATE breaks SET token = CAST(id AS VARCHAR)")

    with op.batch_alter_table("tanks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key", sa.String(), server_default="", nullable=False))
