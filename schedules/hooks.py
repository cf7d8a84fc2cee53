"""What tools told is handed to whom it concerns: at once, or folded, some seconds later."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Ticket
from bot.features.hooks import hearing
from bot.teams.tables import Team
from bot.timetable import timetable
from bot.timetable.jobs import Job, JobName
from bot.timetable.tables import About, Occurrence
from schedules import spikes, tickets

SOON = timedelta(seconds=5)
A_BATCH = 100


async def tell(session: AsyncSession, team: Team, told: Sequence[Alert | Ticket], *, now: datetime) -> None:
    await spikes.hear_all(session, team, [each for each in told if isinstance(each, Alert)], now=now)
    if counted := [each for each in told if isinstance(each, Ticket)]:
        await tickets.count(session, team, counted, now=now)


async def unfold(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The newest of each key, in the order it was told; come again for the rest."""
    hook = await hearing.held(session, team.workspace_id, due.about_id)
    if hook is None:
        return
    await tell(session, team, await hearing.folded(session, hook, A_BATCH), now=due.at)
    if hook.is_folding:
        await unfold_soon(session, team, hook.id, now=due.at)


async def unfold_soon(session: AsyncSession, team: Team, hook_id: int, *, now: datetime) -> None:
    """An appointment of its own each time: the one that is being kept goes when it is."""
    at = now + SOON
    key = f"hook:{hook_id}:{at.isoformat()}"
    about = About("hook", hook_id)
    await timetable.put(session, job=UNFOLD, key=key, team=team, about=about, due_at=at, now=now)


UNFOLD = JobName("hooks.unfold")
JOBS = [Job(unfold)]
