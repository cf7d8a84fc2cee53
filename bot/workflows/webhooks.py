"""Hand what tools told to the spikes and ticket counts it concerns: at once, or folded, some seconds later."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Ticket
from bot.features.webhooks import queries
from bot.features.webhooks.models import Webhook
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.workflows import tickets
from bot.workflows.spikes import signals


async def accept_events(
    session: AsyncSession, team: Team, hook: Webhook, told: Sequence[Alert | Ticket], now: datetime
) -> bool:
    """Have each heard at once, or fold it; whether any was folded."""
    was_folding, direct = hook.is_folding, []
    for each in told:
        if queries.count_event(hook, now):
            await queries.fold_event(session, hook, each)
        else:
            direct.append(each)
    await hand_on(session, team, direct, now=now)
    if hook.is_folding and not was_folding:
        await schedule_unfold(session, team, hook.id, now=now)
    return len(direct) < len(told)


UNFOLD_DELAY = timedelta(seconds=5)


async def hand_on(session: AsyncSession, team: Team, told: Sequence[Alert | Ticket], *, now: datetime) -> None:
    await signals.receive_alerts(session, team, [each for each in told if isinstance(each, Alert)], now=now)
    if counted := [each for each in told if isinstance(each, Ticket)]:
        await tickets.count_tickets(session, team, counted, now=now)


async def schedule_unfold(session: AsyncSession, team: Team, hook_id: int, *, now: datetime) -> None:
    """An appointment of its own each time: the one that is being kept goes when it is."""
    at = now + UNFOLD_DELAY
    key = f"hook:{hook_id}:{at.isoformat()}"
    about = About("hook", hook_id)
    await scheduler.put(session, job=UNFOLD, key=key, team=team, about=about, due_at=at, now=now)


UNFOLD = JobName("webhooks.unfold")
