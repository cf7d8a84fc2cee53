"""Names in one normal form, and people's full names: what is typed by hand is looked up by them."""

import sqlalchemy as sa
from alembic import op

from bot.names import folded, queue_key

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("full_name", "name_key", "full_key"):
        op.add_column("people", sa.Column(column, sa.String(), nullable=False, server_default=""))
    _fold_names(op.get_bind())
    _fold_spikes(op.get_bind())
    _fold_causes(op.get_bind())
    op.drop_index("ix_people_name", "people")
    for key in ("name_key", "full_key"):
        op.create_index(op.f(f"ix_people_workspace_id_{key}"), "people", ["workspace_id", key])


def _fold_names(connection: sa.Connection) -> None:
    """Full names are learnt with the next look at the workspace, a day later at most."""
    rows = connection.execute(sa.text("SELECT workspace_id, id, name FROM people")).all()
    if rows:
        fold = sa.text("UPDATE people SET name_key = :key WHERE workspace_id = :workspace_id AND id = :id")
        connection.execute(fold, [{"workspace_id": row[0], "id": row[1], "key": folded(row[2])} for row in rows])


def _fold_spikes(connection: sa.Connection) -> None:
    """Of two open spikes that turn out to be of one queue the other ends by itself, as nothing is heard of it."""
    rows = connection.execute(sa.text("SELECT id, team_id, queue, key, resolved_at FROM spikes ORDER BY id DESC")).all()
    taken = {(row.team_id, row.key) for row in rows if row.resolved_at is None and row.key == queue_key(row.queue)}
    for row in rows:
        key = queue_key(row.queue)
        if key == row.key or (row.resolved_at is None and (row.team_id, key) in taken):
            continue
        if row.resolved_at is None:
            taken.add((row.team_id, key))
        connection.execute(sa.text("UPDATE spikes SET key = :key WHERE id = :id"), {"key": key, "id": row.id})


def _fold_causes(connection: sa.Connection) -> None:
    """What a source told last of a queue, in whatever spelling."""
    told = "SELECT id, team_id, queue, source, key FROM spike_causes ORDER BY heard_at DESC, id DESC"
    newest: dict[tuple[object, ...], tuple[int, str]] = {}
    for row in connection.execute(sa.text(told)).all():
        of = row.team_id, queue_key(row.queue), row.source, row.key
        if of in newest:
            connection.execute(sa.text("DELETE FROM spike_causes WHERE id = :id"), {"id": row.id})
        newest.setdefault(of, (row.id, queue_key(row.queue)))
    for id, queue in newest.values():
        connection.execute(sa.text("UPDATE spike_causes SET queue = :queue WHERE id = :id"), {"queue": queue, "id": id})
