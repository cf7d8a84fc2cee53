"""Counted tickets by the clock: a spike that goes on, and what is usual, learnt at night."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Signal
from bot.features.tickets import queries, rules
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import Occurrence
from bot.workflows import tickets

BATCH = 50
NEXT_BATCH_DELAY = timedelta(seconds=1)


async def check_load(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """A spike goes on, which is told again, or it is over although nothing comes that would say so."""
    queue = await queries.lock_queue_by_id(session, team, due.about_id)
    if queue.told:
        load = await queries.find_load(session, team, queue, now=due.at)
        signal = rules.judge(load.came, load.bounds, queue.told) or Signal.FIRING
        await tickets.report_load(session, team, queue, load, signal, due.at)


async def learn_usual(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    """What came yesterday becomes what is usual; after a whole batch, come again in a second."""
    if await queries.learn_usual(session, workspace.id, now=due.at, limit=BATCH) == BATCH:
        await scheduler.put_workspace_job(session, LEARN_USUAL, workspace.id, due_at=due.at + NEXT_BATCH_DELAY)


LEARN_USUAL = JobName("tickets.learn_usual")
