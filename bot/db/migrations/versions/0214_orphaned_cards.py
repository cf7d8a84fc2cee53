"""Forget the cards of deleted hand-ups, asks and stints, whose ids SQLite may give to new rows."""

from alembic import op

revision = "0214"
down_revision = "0213"
branch_labels = None
depends_on = None

TABLES = {"hand_up": "hand_ups", "ask": "asks", "stint": "stints"}
"""The kinds of things that are deleted after 90 days or less, with their tables."""


def upgrade() -> None:
    for kind, table in TABLES.items():
        op.execute(
            f"DELETE FROM cards WHERE name LIKE '{kind}:%' AND NOT EXISTS (SELECT 1 FROM {table} WHERE "  # noqa: S608
            f"cards.name = '{kind}:' || {table}.id OR cards.name LIKE '{kind}:' || {table}.id || ':%')"
        )
