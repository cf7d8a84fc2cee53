"""Receive alerts from tools and people: open, update and conclude spikes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Signal
from bot.escalation.models import Kind
from bot.features.spikes import causes, rules, signals
from bot.features.spikes import queries as spikes_queries
from bot.features.spikes import stints as spikes_stints
from bot.features.spikes.models import PERSON, Ended, Spike, Stint
from bot.features.spikes.signals import ChangeKind, SpikeChange
from bot.messages.spikes import cards
from bot.org import people
from bot.org.teams.models import Team
from bot.scheduler.jobs import JobName
from bot.workflows import celebrations, debriefs, escalation, fun_tank
from bot.workflows.spikes import queues, stints
from bot.workflows.spikes.asks import ask_next_leader, retry_other_spikes
from bot.workflows.spikes.cards import reply_in_thread, schedule_job, update_card

CONFIRM_CALM, END_IF_QUIET = JobName("spikes.confirm_calm"), JobName("spikes.end_if_quiet")


async def receive_alert(
    session: AsyncSession, team: Team, alert: Alert, *, caller_id: str | None = None, now: datetime
) -> SpikeChange | None:
    """Apply one alert about one of the team's queues; return None if the alert changes nothing."""
    return next(iter(await receive_alerts(session, team, [alert], caller_id=caller_id, now=now)), None)


async def report_calm(
    session: AsyncSession, team: Team, spike: Spike, caller_id: str, *, now: datetime
) -> SpikeChange | None:
    """End a spike because somebody reports that its queue is calm."""
    alert = Alert(PERSON, Signal.RESOLVED, queue=spike.queue)
    return await receive_alert(session, team, alert, caller_id=caller_id, now=now)


async def receive_alerts(
    session: AsyncSession, team: Team, alerts: Sequence[Alert], *, caller_id: str | None = None, now: datetime
) -> list[SpikeChange]:
    """Apply all alerts of one delivery, as one change per queue, in whatever order they arrive."""
    if team.is_closed:
        return []
    found = await signals.apply_alerts(session, team, alerts, caller_id=caller_id, now=now)
    for heard in found:
        await _follow_up(session, team, heard, now=now)
        await _quote_caller(session, team, heard, caller_id, now=now)
    return found


async def _quote_caller(
    session: AsyncSession, team: Team, heard: SpikeChange, caller_id: str | None, *, now: datetime
) -> None:
    """Add a person's words to the thread, in their name, if the spike's card quotes somebody else."""
    ids = [caller_id] if caller_id and heard.aside else []
    for caller in (await people.fetch_people(session, team.workspace_id, ids)).values():
        await reply_in_thread(session, team, heard.spike, cards.added_words_reply(caller, heard.aside), now=now)


async def _follow_up(session: AsyncSession, team: Team, heard: SpikeChange, *, now: datetime) -> None:
    spike = heard.spike
    match heard.news:
        case ChangeKind.OPENED | ChangeKind.REOPENED:
            await _announce(session, team, heard, now=now)
        case ChangeKind.GREW:
            await update_card(session, team, spike, now=now)
            await reply_in_thread(session, team, spike, cards.growth_reply(spike), now=now)
            await escalation.resize(session, team, Kind.SPIKE, spike, spike.peak, now=now)
            await ask_next_leader(session, team, spike, one_more=True, now=now)
        case ChangeKind.STILL:
            await update_card(session, team, spike, now=now)
            if spike.given_up_at is None:
                await ask_next_leader(session, team, spike, now=now)
        case ChangeKind.CALMING:
            believed_at = rules.calm_confirmed_at(spike) or now
            await schedule_job(session, CONFIRM_CALM, team, spike, due_at=believed_at, now=now)
        case ChangeKind.ENDED:
            await conclude_spike(session, team, spike, now=now)


async def _announce(session: AsyncSession, team: Team, heard: SpikeChange, *, now: datetime) -> None:
    """Announce a spike that opens, or that reopens with the same card; people asked before are not asked again."""
    spike = heard.spike
    await queues.refresh_homes(session, team, now=now)
    await update_card(session, team, spike, now=now)
    if heard.news is ChangeKind.REOPENED:
        await reply_in_thread(session, team, spike, cards.reopened_reply(), now=now)
    await schedule_job(session, END_IF_QUIET, team, spike, due_at=now + rules.QUIET_TIMEOUT, now=now)
    await ask_next_leader(session, team, spike, now=now)


async def confirm_calm(session: AsyncSession, team: Team, spike_id: int, *, now: datetime) -> None:
    """End a spike whose queue has been calm for long enough."""
    spike = await spikes_queries.lock_spike(session, spike_id)
    believed_at = None if spike.is_over else rules.calm_confirmed_at(spike)
    if believed_at and now >= believed_at:
        await signals.resolve_spike(session, spike, Ended.SIGNAL, now=now)
        await conclude_spike(session, team, spike, now=now)


async def end_if_quiet(session: AsyncSession, team: Team, spike_id: int, *, now: datetime) -> None:
    """End a spike after two hours without an alert, unless its source would also report the end."""
    spike = await spikes_queries.lock_spike(session, spike_id)
    if spike.is_over:
        return
    until = spike.heard_at + rules.QUIET_TIMEOUT
    if until <= now and await causes.awaits_resolved_alert(session, team, spike):
        until = now + rules.QUIET_TIMEOUT
    if until > now:
        await schedule_job(session, END_IF_QUIET, team, spike, due_at=until, now=now)
        return
    await signals.resolve_spike(session, spike, Ended.QUIET, now=now)
    await conclude_spike(session, team, spike, now=now)


async def conclude_spike(session: AsyncSession, team: Team, spike: Spike, *, now: datetime) -> None:
    """Conclude a spike that is over: withdraw asks, end stints, and sum up on its card."""
    await escalation.withdraw(session, Kind.SPIKE, spike, now=now)
    for stint in await spikes_stints.list_stints(session, spike):
        if stint.ended_at is None:
            await stints.finish_stint(session, team, spike, stint, at=now, by_itself=True, now=now)
    await update_card(session, team, spike, now=now)
    await reply_in_thread(session, team, spike, cards.calm_reply(spike), now=now)
    await retry_other_spikes(session, team, spike, now=now)
    await run_after_spike(session, team, spike, await spikes_stints.list_stints(session, spike), now=now)


async def run_after_spike(
    session: AsyncSession, team: Team, spike: Spike, helped: Sequence[Stint], *, now: datetime
) -> None:
    """Run the steps after the end of a spike: debrief, celebration, Homes, fun tank."""
    await debriefs.mark_debriefed(session, spike)
    await celebrations.plan_early_end_check(session, team, spike, now=now)
    await queues.refresh_homes(session, team, now=now)
    await fun_tank.record_spike(session, team, spike, now=now)
