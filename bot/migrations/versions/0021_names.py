"""Names in one normal form, and people's full names: what is typed by hand is looked up by them."""

import sqlalchemy as sa
from alembic import op

from bot.names import folded

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("full_name", "name_key", "full_key"):
        op.add_column("people", sa.Column(column, sa.String(), nullable=False, server_default=""))
    _fold_names(op.get_bind())
    op.drop_index("ix_people_name", "people")
    for key in ("name_key", "full_key"):
        op.create_index(op.f(f"ix_people_workspace_id_{key}"), "people", ["workspace_id", key])


def _fold_names(connection: sa.Connection) -> None:
    """Full names are learnt with the next look at the workspace, a day later at most."""
    rows = connection.execute(sa.text("SELECT workspace_id, id, name FROM people")).all()
    if rows:
        fold = sa.text("UPDATE people SET name_key = :key WHERE workspace_id = :workspace_id AND id = :id")
        connection.execute(fold, [{"workspace_id": row[0], "id": row[1], "key": folded(row[2])} for row in rows])
