"""When the token of a workspace worked again, and a check of each token that is said to be dead."""

from alembic import op

revision = "0218"
down_revision = "0217"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # plain SQL, since a batch operation would copy the table, which every other table refers to
    kind = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    op.execute(f"ALTER TABLE workspaces ADD COLUMN resumed_at {kind}")
    op.execute("UPDATE installations SET check_at = parked_at WHERE parked IS NOT NULL")
