"""Pass events from webhooks on to spikes, ticket counts and the leaders who watch a ticket.

This is done at once or, under load, some seconds later: events are then folded (only the newest of each key is kept).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Ticket
from bot.features import webhooks
from bot.features.webhooks import Webhook
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.workflows import ticket_watches, tickets
from bot.workflows.spikes import signals

UNFOLD = JobName("webhooks.unfold")
UNFOLD_DELAY, UNFOLD_BATCH = timedelta(seconds=5), 100


async def accept_events(
    session: AsyncSession, team: Team, hook: Webhook, told: Sequence[Alert | Ticket], now: datetime
) -> bool:
    """Process a webhook's events at once, or hold them back (fold them) in a flood; return whether it held any back."""
    was_folding, direct = hook.is_folding, []
    for each in told:
        if webhooks.count_event(hook, now):
            await webhooks.fold_event(session, hook, each)
        else:
            direct.append(each)
    await _hand_on(session, team, direct, now=now)
    if hook.is_folding and not was_folding:
        await _schedule_held_events(session, team, hook, now=now)
    return len(direct) < len(told)


async def process_held_events(session: AsyncSession, team: Team, webhook_id: int, *, now: datetime) -> None:
    """Process a batch of the events that a webhook held back in a flood, in order, and schedule the next batch."""
    hook = await webhooks.lock_webhook(session, team.workspace_id, webhook_id)
    if hook is None:
        return
    await _hand_on(session, team, await webhooks.take_folded(session, hook, UNFOLD_BATCH), now=now)
    if hook.is_folding:
        await _schedule_held_events(session, team, hook, now=now)


async def _hand_on(session: AsyncSession, team: Team, told: Sequence[Alert | Ticket], *, now: datetime) -> None:
    await signals.receive_alerts(session, team, [each for each in told if isinstance(each, Alert)], now=now)
    if moved := [each for each in told if isinstance(each, Ticket)]:
        await tickets.count_tickets(session, team, moved, now=now)
        await ticket_watches.report_moves(session, team, moved, now=now)


async def _schedule_held_events(session: AsyncSession, team: Team, hook: Webhook, *, now: datetime) -> None:
    """Schedule the next batch of held-back events as a new job, because the running job is deleted when it ends."""
    at, about = now + UNFOLD_DELAY, About("hook", hook.id)
    key = f"hook:{hook.id}:{at.isoformat()}"
    await scheduler.put(session, job=UNFOLD, key=key, team=team, about=about, due_at=at, now=now)
