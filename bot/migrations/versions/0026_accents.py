"""Queues are compared without accents: `PHÓNES` and `phones` become one."""

import sqlalchemy as sa
from alembic import op

from bot.names import queue_key

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _fold_spikes(op.get_bind())
    _fold_causes(op.get_bind())


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
    """Keep what a source told last of a queue, in whatever spelling."""
    told = "SELECT id, team_id, queue, source, key FROM spike_causes ORDER BY heard_at DESC, id DESC"
    newest: dict[tuple[object, ...], sa.Row[tuple[object, ...]]] = {}
    for row in connection.execute(sa.text(told)).all():
        of = row.team_id, queue_key(row.queue), row.source, row.key
        if of in newest:
            connection.execute(sa.text("DELETE FROM spike_causes WHERE id = :id"), {"id": row.id})
        newest.setdefault(of, row)
    for (_, queue, *_), row in newest.items():
        if queue != row.queue:
            update = sa.text("UPDATE spike_causes SET queue = :queue WHERE id = :id")
            connection.execute(update, {"queue": queue, "id": row.id})
