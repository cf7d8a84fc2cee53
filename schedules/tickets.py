"""Tickets that came and went are counted; too many at once are a spike."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Signal, Ticket
from bot.directory import Workspace
from bot.features.tickets import counting, learning
from bot.features.tickets.counting import SOURCE, Load
from bot.features.tickets.tables import Queue
from bot.messages import tickets as messages
from bot.messages.text import clean
from bot.names import queue_key
from bot.teams.tables import Team
from bot.timetable import timetable
from bot.timetable.jobs import Chore, Job, JobName
from bot.timetable.tables import About, Occurrence
from schedules import spikes

LONGEST_NAME = 80
EVERY = timedelta(minutes=5)
"""How often a spike is looked at when nothing comes any more."""
BATCH = 50
SOON = timedelta(seconds=1)


async def count(session: AsyncSession, team: Team, tickets: Sequence[Ticket], *, now: datetime) -> None:
    """Tickets came into the team's queues, or left them."""
    queues: dict[str, list[Ticket]] = {}
    for each in tickets:
        queues.setdefault(queue_key(clean(each.queue)[:LONGEST_NAME]), []).append(each)
    for key in sorted(queues):
        name = clean(queues[key][0].queue)[:LONGEST_NAME]
        queue = await counting.hold(session, team, name, now=now)
        await counting.count(session, queue, queues[key], now=now)
        load = await counting.load(session, team, queue, now=now)
        if signal := counting.judge(load.came, load.bounds, queue.told):
            await _tell(session, team, queue, load, signal, now)


async def look(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """A spike goes on, which is told again, or it is over although nothing comes that would say so."""
    queue = await counting.again(session, team, due.about_id)
    if queue.told:
        load = await counting.load(session, team, queue, now=due.at)
        signal = counting.judge(load.came, load.bounds, queue.told) or Signal.FIRING
        await _tell(session, team, queue, load, signal, due.at)


async def _tell(session: AsyncSession, team: Team, queue: Queue, load: Load, signal: Signal, now: datetime) -> None:
    is_on = signal is Signal.FIRING
    queue.told = max(queue.told, load.came) if is_on else 0
    if is_on:
        await _look_again(session, team, queue, now)
    alert = Alert(
        SOURCE, signal, queue=queue.name, title=messages.title(load), value=load.came,
        threshold=load.bounds.fires, occurred_at=now,
    )  # fmt: skip
    await spikes.hear(session, team, alert, now=now)


async def _look_again(session: AsyncSession, team: Team, queue: Queue, now: datetime) -> None:
    """At the next full five minutes: one appointment, however often it is told before."""
    seconds = EVERY.total_seconds()
    due_at = now + timedelta(seconds=seconds - now.timestamp() % seconds)
    key = f"{SOURCE}:{queue.id}:{due_at.isoformat()}"
    await timetable.put(session, job=LOOK, key=key, team=team, about=About(SOURCE, queue.id), due_at=due_at, now=now)


async def learn(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    """What came yesterday becomes what is usual; after a whole batch, come again in a second."""
    if await learning.learn(session, workspace.id, now=due.at, limit=BATCH) == BATCH:
        await timetable.put_chore(session, LEARN, workspace.id, due_at=due.at + SOON)


LOOK = JobName("tickets.look")
JOBS = [Job(look)]
LEARN = JobName("tickets.learn")
CHORES = [Chore(learn, at=time(3, 20))]
