"""The fun tank: its level, the ledger, and what is private until it is summed."""

import sqlalchemy as sa
from alembic import op

from bot.database import Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tanks",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("is_full", "is_news")),
        *_whose("tanks"),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_tanks")),
    )
    _movements()
    op.create_table(
        "tank_asides",
        sa.Column("team_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("cause", "about", "workspace_id")),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        *_whose("tank_asides"),
        sa.PrimaryKeyConstraint("team_id", "cause", "about", name=op.f("pk_tank_asides")),
    )
    op.create_index(op.f("ix_tank_asides_workspace_id_happened_on"), "tank_asides", ["workspace_id", "happened_on"])


def _movements() -> None:
    table = "tank_movements"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("cause", "about")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("turn", "amount")),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("moved_at", Instant(timezone=True), nullable=False),
        *_whose(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("team_id", "cause", "about", "turn", name=op.f(f"uq_{table}_team_id_cause_about_turn")),
    )
    for columns in (["team_id", "moved_on"], ["workspace_id", "moved_at"]):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def _whose(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.ForeignKeyConstraint([f"{whose}_id"], [f"{whose}s.id"], name=op.f(f"fk_{table}_{whose}_id"))
        for whose in ("workspace", "team")
    ]
