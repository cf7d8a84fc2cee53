"""What nobody needs any more goes, every night, a little at a time."""

from datetime import time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot import homes, inbox
from bot.directory import Workspace
from bot.features.balance import keeping
from bot.features.celebrations import saying
from bot.features.celebrations.cheering import KEPT
from bot.features.debriefs import keeping as debriefs_keeping
from bot.features.occasions import giving
from bot.features.oneonones import keeping as oneonones_keeping
from bot.features.rituals import keeping as rituals_keeping
from bot.features.shadowing import wrapping_up
from bot.features.shoutouts import reading
from bot.features.spikes import finding
from bot.features.tank import moving
from bot.features.tickets import counting
from bot.features.visits import debriefing
from bot.nudges import engine
from bot.outbox import outbox
from bot.teams import settings
from bot.timetable import timetable
from bot.timetable.jobs import Chore, JobName
from bot.timetable.tables import Occurrence

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
        await reading.forget_unwanted(session, workspace.id, before=before, limit=BATCH),
        await reading.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await settings.forget_changes(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await keeping.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await oneonones_keeping.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await wrapping_up.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await debriefing.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await rituals_keeping.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await debriefs_keeping.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await saying.prune(session, workspace.id, before=due.at - RETENTION, lately=due.at - KEPT, limit=BATCH),
        await giving.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await finding.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await finding.forget_told(session, workspace.id, before=before, limit=BATCH),
        await moving.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await counting.prune(session, workspace.id, before=before, limit=BATCH),
        await engine.prune(session, workspace.id, now=due.at, limit=BATCH),
        await homes.prune(session, workspace.id, now=due.at, limit=BATCH),
    ]
    if max(gone) == BATCH:
        await timetable.put_chore(session, PRUNE, workspace.id, due_at=due.at + SOON)


PRUNE = JobName("upkeep.prune")
CHORES = [Chore(prune, at=time(3, 10))]
