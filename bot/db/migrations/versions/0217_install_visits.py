"""Visits to the install page, with the OAuth states that are still valid."""

import sqlalchemy as sa
from alembic import op

revision = "0217"
down_revision = "0216"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "install_visits",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_install_visits")),
    )
    op.create_index(op.f("ix_install_visits_expires_at"), "install_visits", ["expires_at"], unique=False)
