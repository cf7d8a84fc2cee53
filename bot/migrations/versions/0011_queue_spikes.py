"""Queue spikes: what sources told, the spikes, who was asked, who helped; and answers in a card's thread."""

import sqlalchemy as sa
from alembic import op

from bot.database import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OVER = sa.text("resolved_at IS NULL")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("under", sa.String()))
    _spikes()
    _causes()
    _asks()
    _stints()


def _spikes() -> None:
    op.create_table(
        "spikes",
        *_whose("spikes"),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("queue", "key", "source")),
        *(_at(name, nullable=False) for name in ("opened_at", "heard_at")),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("caller_id", sa.String(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("title", "url")),
        *(sa.Column(name, sa.Double(), nullable=True) for name in ("value", "peak", "threshold", "mark")),
        *(_at(name) for name in ("calm_at", "given_up_at")),
        sa.Column("reopened", sa.Integer(), nullable=False),
        _at("resolved_at"),
        sa.Column("ended_how", sa.String(), nullable=True),
        sa.Column("shown", sa.String(), nullable=False),
    )
    op.create_index(
        "ix_spikes_open", "spikes", ["team_id", "key"], unique=True, sqlite_where=OVER, postgresql_where=OVER
    )
    _index("spikes", "team_id", "key", "opened_at")
    _index("spikes", "workspace_id", "resolved_at")


def _causes() -> None:
    table = "spike_causes"
    op.create_table(
        table,
        *_whose(table),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("queue", "source", "key")),
        _at("heard_at", nullable=False),
        sa.Column("is_firing", sa.Boolean(), nullable=False),
        _at("occurred_at"),
        sa.UniqueConstraint(
            "team_id", "queue", "source", "key", name=op.f("uq_spike_causes_team_id_queue_source_key")
        ),
    )  # fmt: skip
    _index(table, "team_id", "source", "key")
    _index(table, "workspace_id", "heard_at")


def _asks() -> None:
    table = "spike_asks"
    op.create_table(
        table,
        *_whose(table),
        sa.Column("spike_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["spike_id"], ["spikes.id"], name=op.f(f"fk_{table}_spike_id")),
        sa.Column("leader_id", sa.String(), nullable=False),
        _at("asked_at", nullable=False),
        sa.Column("size", sa.Double(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        _at("answered_at"),
    )
    _index(table, "spike_id")
    _index(table, "workspace_id", "leader_id", "asked_at")


def _stints() -> None:
    op.create_table(
        "stints",
        *_whose("stints"),
        sa.Column("spike_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["spike_id"], ["spikes.id"], name=op.f("fk_stints_spike_id")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("person_id", "kind")),
        *(_at(name, nullable=False) for name in ("started_at", "until")),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("card", sa.String(), nullable=True),
        _at("ended_at"),
    )
    _index("stints", "spike_id")
    _index("stints", "workspace_id", "person_id", "ended_at")
    _index("stints", "team_id", "ended_at")


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, [*columns])


def _at(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, Instant(timezone=True), nullable=nullable)


def _whose(table: str) -> list[sa.schema.SchemaItem]:
    """The id, the workspace and the team."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{table}_workspace_id")),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f(f"fk_{table}_team_id")),
    ]
