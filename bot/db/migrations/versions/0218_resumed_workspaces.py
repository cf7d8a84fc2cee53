"""When a workspace was parked, when its token worked again, and a check of each token that is said to be dead."""

from alembic import op

revision = "0218"
down_revision = "0217"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # plain SQL, since a batch operation would copy the table, which every other table refers to
    kind = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    for column in ("parked_at", "resumed_at"):
        op.execute(f"ALTER TABLE workspaces ADD COLUMN {column} {kind}")
    theirs = "SELECT parked_at FROM installations WHERE installations.id = workspaces.installation_id"
    op.execute(f"UPDATE workspaces SET parked_at = ({theirs}) WHERE parked IS NOT NULL")  # noqa: S608
    op.execute("UPDATE installations SET check_at = parked_at WHERE parked IS NOT NULL")
