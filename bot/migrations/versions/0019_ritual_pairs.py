"""Coffee: who had it with whom."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table, occasion = "ritual_pairs", "occasion_id"
    op.create_table(
        table,
        sa.Column(occasion, sa.Integer(), nullable=False),
        sa.Column("one_id", sa.String(), nullable=False),
        sa.Column("other_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(occasion, "one_id", "other_id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            [occasion], ["ritual_occasions.id"], name=op.f(f"fk_{table}_{occasion}"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{table}_workspace_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f(f"fk_{table}_team_id")),
    )
    op.create_index(op.f(f"ix_{table}_team_id"), table, ["team_id"])
