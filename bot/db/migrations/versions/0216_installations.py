"""Installations: the bot tokens of workspaces and organizations, with what an expiring token needs."""

import sqlalchemy as sa
from alembic import op

revision = "0216"
down_revision = "0215"
branch_labels = None
depends_on = None

COLUMNS = "id, token, bot_id, bot_user_id, installed_at, is_org, scopes, reported_scopes, parked, parked_at"


def upgrade() -> None:
    op.create_table(
        "installations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("bot_id", sa.String(), nullable=False),
        sa.Column("bot_user_id", sa.String(), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enterprise_id", sa.String(), nullable=True),
        sa.Column("is_org", sa.Boolean(), nullable=False),
        sa.Column("app_id", sa.String(), nullable=True),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("installer_id", sa.String(), nullable=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("reported_scopes", sa.JSON(), nullable=False),
        sa.Column("refresh_token", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("lease_until", sa.Double(), nullable=True),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked", sa.String(), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installations")),
    )
    op.execute(
        f"INSERT INTO installations ({COLUMNS}) SELECT id, token, bot_id, bot_user_id, CURRENT_TIMESTAMP, false, "  # noqa: S608
        "'[]', '[]', parked, CASE WHEN parked IS NOT NULL THEN CURRENT_TIMESTAMP END FROM workspaces"
    )
    # plain SQL, since a batch operation would copy the table, which every other table refers to
    op.execute(
        "ALTER TABLE workspaces ADD COLUMN installation_id VARCHAR "
        "CONSTRAINT fk_workspaces_installation_id REFERENCES installations (id)"
    )
    op.execute("UPDATE workspaces SET installation_id = id")
    op.execute("ALTER TABLE workspaces DROP COLUMN token")
    op.create_index(op.f("ix_workspaces_installation_id"), "workspaces", ["installation_id"], unique=False)
