"""Due jobs by workspace, so that workspaces take turns; and for which release each workspace's jobs are planned."""

import sqlalchemy as sa
from alembic import op

revision = "0219"
down_revision = "0218"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspaces", sa.Column("planned_jobs", sa.String(), nullable=True))
    name = op.f("ix_scheduled_jobs_workspace_id_wake_at")
    op.create_index(name, "scheduled_jobs", ["workspace_id", "wake_at"], unique=False)
