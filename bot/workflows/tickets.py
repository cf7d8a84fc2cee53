"""Count tickets that enter and leave queues; report too many at once as a spike."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Signal, Ticket
from bot.features.heads_ups import queries as heads_ups_queries
from bot.features.heads_ups import rules as heads_ups_rules
from bot.features.tickets import queries, rules
from bot.features.tickets.models import TicketQueue
from bot.features.tickets.queries import SOURCE, Load
from bot.messages.spikes import cards
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.mrkdwn import clean
from bot.text.normalization import queue_key
from bot.workflows.spikes import signals

CHECK_LOAD, LEARN_USUAL = JobName("tickets.check_load"), JobName("tickets.learn_usual")
LONGEST_NAME = 80
BATCH, NEXT_BATCH_DELAY = 50, timedelta(seconds=1)
CHECK_INTERVAL = timedelta(minutes=5)
"""How often an open spike is checked when no more tickets come."""


async def count_tickets(session: AsyncSession, team: Team, tickets: Sequence[Ticket], *, now: datetime) -> None:
    """Count tickets that entered or left the team's queues, and report a changed load."""
    queues: dict[str, list[Ticket]] = {}
    for each in (each for each in tickets if each.came is not None):
        queues.setdefault(queue_key(clean(each.queue)[:LONGEST_NAME]), []).append(each)
    for key in sorted(queues):
        name = clean(queues[key][0].queue)[:LONGEST_NAME]
        queue = await queries.lock_queue(session, team, name, now=now)
        await queries.count_tickets(session, queue, queues[key], now=now)
        load = await _find_load(session, team, queue, now=now)
        if signal := rules.find_signal(load.came, load.bounds, queue.told):
            await report_load(session, team, queue, load, signal, now)


async def _find_load(session: AsyncSession, team: Team, queue: TicketQueue, *, now: datetime) -> Load:
    """Return a queue's load; during a heads-up about the queue, with tighter limits."""
    current = await heads_ups_queries.list_current(session, team, now=now)
    percent = heads_ups_rules.find_limit_percent(current, queue.name, now)
    return await queries.find_load(session, team, queue, percent=percent, now=now)


async def report_load(
    session: AsyncSession, team: Team, queue: TicketQueue, load: Load, signal: Signal, now: datetime
) -> None:
    is_on = signal is Signal.FIRING
    queue.told = max(queue.told, load.came) if is_on else 0
    if is_on:
        await _schedule_check(session, team, queue, now)
    alert = Alert(
        SOURCE, signal, queue=queue.name, title=cards.ticket_title(load), value=load.came,
        threshold=load.bounds.fires, occurred_at=now,
    )  # fmt: skip
    await signals.receive_alert(session, team, alert, now=now)


async def check_load(session: AsyncSession, team: Team, queue_id: int, *, now: datetime) -> None:
    """Report that a queue's spike continues or has ended, without waiting for another ticket."""
    queue = await queries.lock_queue_by_id(session, team, queue_id)
    if queue.told:
        load = await _find_load(session, team, queue, now=now)
        signal = rules.find_signal(load.came, load.bounds, queue.told) or Signal.FIRING
        await report_load(session, team, queue, load, signal, now)


async def _schedule_check(session: AsyncSession, team: Team, queue: TicketQueue, now: datetime) -> None:
    """Schedule one check for the next five-minute mark, however often this is called before then."""
    seconds = CHECK_INTERVAL.total_seconds()
    due_at = now + timedelta(seconds=seconds - now.timestamp() % seconds)
    key = f"{SOURCE}:{queue.id}:{due_at.isoformat()}"
    await scheduler.put(
        session, job=CHECK_LOAD, key=key, team=team, about=About(SOURCE, queue.id), due_at=due_at, now=now
    )


async def learn_usual(session: AsyncSession, workspace: Workspace, *, now: datetime) -> None:
    """Learn the usual number of tickets from past days' counts, for one batch of queues.

    After a full batch the job runs again in a second.
    """
    if await queries.learn_usual(session, workspace.id, now=now, limit=BATCH) == BATCH:
        await scheduler.put_workspace_job(session, LEARN_USUAL, workspace.id, due_at=now + NEXT_BATCH_DELAY)
