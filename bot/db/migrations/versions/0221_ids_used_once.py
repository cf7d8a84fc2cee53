"""Ids that SQLite does not give to new rows, in tables whose ids are also kept elsewhere."""

from alembic import op

revision = "0221"
down_revision = "0220"
branch_labels = None
depends_on = None

TABLES = (
    "asks", "breaks", "hand_ups", "hard_contacts", "notes", "nudges", "occasions", "series", "meetings", "shoutouts",
    "stints", "debriefs", "ticket_watches", "topics",
)  # fmt: skip
CHILDREN = ("signatures", "visit_debriefs", "shoutout_credits")
ORDER = (*TABLES, *CHILDREN)
"""All tables whose rows are put aside: parents before children."""


def upgrade() -> None:
    """Make the tables again on SQLite, while they and their children are empty.

    A table that is dropped takes the rows that refer to it along, and foreign keys can't be turned off within the
    migration's transaction. So all rows are put aside first.
    """
    if op.get_bind().dialect.name != "sqlite":
        return
    for name in reversed(ORDER):
        op.execute(f"CREATE TABLE aside_{name} AS SELECT * FROM {name}")  # noqa: S608
    for name in reversed(ORDER):
        op.execute(f"DELETE FROM {name}")  # noqa: S608
    for name in TABLES:
        with op.batch_alter_table(name, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass
    for name in ORDER:
        op.execute(f"INSERT INTO {name} SELECT * FROM aside_{name}")  # noqa: S608
        op.execute(f"DROP TABLE aside_{name}")
