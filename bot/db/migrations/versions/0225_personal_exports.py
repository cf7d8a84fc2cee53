"""People who wait for the export of their own data."""

import sqlalchemy as sa
from alembic import op

revision = "0225"
down_revision = "0221"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "personal_exports",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_personal_exports_workspace_id_workspaces")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", name=op.f("pk_personal_exports")),
    )
