"""What nobody needs any more goes, every night, a little at a time."""

from datetime import time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot import homes, inbox, nudges, outbox, teams, timetable
from bot.directory import Workspace
from bot.features import (
    balance,
    celebrations,
    debriefs,
    occasions,
    oneonones,
    rituals,
    shadowing,
    shoutouts,
    spikes,
    tank,
    tickets,
    visits,
)
from bot.timetable import Chore, Occurrence

WEEK = timedelta(days=7)
RETENTION = timedelta(days=400)
"""How long a person's own record is kept."""
BATCH = 1000
SOON = timedelta(seconds=1)


async def prune(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    """Delete a batch of what nobody needs any more; after a whole batch, come again in a second."""
    before = due.at - WEEK
    gone = [
        await inbox.prune(session, workspace.id, before=before, limit=BATCH),
        await outbox.prune(session, workspace.id, before=before, limit=BATCH),
        await shoutouts.forget_unwanted(session, workspace.id, before=before, limit=BATCH),
        await shoutouts.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await teams.forget_changes(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await balance.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await oneonones.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await shadowing.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await visits.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await rituals.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await debriefs.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await celebrations.prune(
            session, workspace.id, before=due.at - RETENTION, lately=due.at - celebrations.KEPT, limit=BATCH
        ),
        await occasions.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await spikes.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await spikes.forget_told(session, workspace.id, before=before, limit=BATCH),
        await tank.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await tickets.prune(session, workspace.id, before=before, limit=BATCH),
        await nudges.prune(session, workspace.id, now=due.at, limit=BATCH),
        await homes.prune(session, workspace.id, now=due.at, limit=BATCH),
    ]
    if max(gone) == BATCH:
        await timetable.put_chore(session, CHORES[0], workspace.id, due_at=due.at + SOON)


CHORES = [Chore(prune, at=time(3, 10))]
