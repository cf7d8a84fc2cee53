"""Queue spikes by the clock: a calm that lasts, silence, the next leader, the end of a stint."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.spikes import causes, queries, rules, signals, stints
from bot.features.spikes.models import Answer, Ended, Spike, Stint
from bot.features.spikes.queries import ASK_TIMEOUT
from bot.features.spikes.stints import STILL_THERE_TIMEOUT
from bot.messages.spikes import asks
from bot.org import people
from bot.org.teams.models import Team
from bot.scheduler.models import About, Occurrence
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows.spikes import asks as spikes_asks
from bot.workflows.spikes import signals as spikes_signals
from bot.workflows.spikes import stints as spikes_stints
from bot.workflows.spikes.asks import ABOUT_ASK
from bot.workflows.spikes.cards import ABOUT_SPIKE, EXPIRE_ASK, answer_deadline, schedule_job
from bot.workflows.spikes.signals import END_IF_QUIET
from bot.workflows.spikes.stints import ABOUT_STINT, END_UNANSWERED


async def confirm_calm(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The calm has lasted: it is over."""
    spike = await _lock_spike(session, due)
    believed_at = None if spike.is_over else rules.calm_confirmed_at(spike)
    if believed_at and due.at >= believed_at:
        await signals.resolve_spike(session, spike, Ended.SIGNAL, now=due.at)
        await spikes_signals.conclude_spike(session, team, spike, now=due.at)


async def end_if_quiet(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Nothing was heard of it for two hours: it is over, unless who told of it would have told of its end."""
    spike = await _lock_spike(session, due)
    if spike.is_over:
        return
    if (until := spike.heard_at + rules.QUIET_TIMEOUT) > due.at:
        await schedule_job(session, END_IF_QUIET, team, About(ABOUT_SPIKE, spike.id), due_at=until, now=due.at)
        return
    if await causes.awaits_end(session, team, spike):
        await schedule_job(
            session, END_IF_QUIET, team, About(ABOUT_SPIKE, spike.id), due_at=due.at + rules.QUIET_TIMEOUT, now=due.at
        )
        return
    await signals.resolve_spike(session, spike, Ended.QUIET, now=due.at)
    await spikes_signals.conclude_spike(session, team, spike, now=due.at)


async def _lock_spike(session: AsyncSession, due: Occurrence) -> Spike:
    return await queries.lock_spike(session, due.about_id)


async def expire_ask(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Five minutes after the question reached somebody the next one is asked; no answer is an answer too."""
    spike, ask = await queries.lock_ask(session, team.workspace_id, due.about_id)
    if ask.state != Answer.WAITING or spike.is_over:
        return
    person = await people.fetch_person(session, ask.workspace_id, ask.leader_id)
    card = asks.ask(team, spike, ask, person).card or ""
    until = await answer_deadline(session, card, person, since=ask.asked_at, wait=ASK_TIMEOUT, now=due.at)
    if until > due.at:
        await schedule_job(session, EXPIRE_ASK, team, About(ABOUT_ASK, ask.id), due_at=until, now=due.at)
        return
    queries.close_ask(ask, Answer.EXPIRED, now=due.at)
    await spikes_asks.remove_buttons(session, spike, ask, person, now=due.at)
    await spikes_asks.ask_next_leader(session, team, spike, one_more=True, now=due.at)


async def ask_next(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The last one who helped is done, or there was nobody to ask: who is next now?"""
    await spikes_asks.ask_next_leader(session, team, await queries.lock_spike(session, due.about_id), now=due.at)


async def ask_if_still_there(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The time they named is over: still on it? As a new message, since no edit rings."""
    spike, stint = await _lock_stint(session, due)
    if stint.ended_at or due.at < stint.until:
        return
    person = await people.fetch_person(session, stint.workspace_id, stint.person_id)
    if stint.card:
        await outbox.change(session, asks.moved_on(stint), to=person.dm, now=due.at)
    stint.card = spikes_stints.card_name(stint)
    post = asks.still_on(spike, stint)
    await outbox.put(session, post, to=person.dm, not_before=due.at, priority=Priority.URGENT)
    await schedule_job(
        session, END_UNANSWERED, team, About(ABOUT_STINT, stint.id), due_at=due.at + STILL_THERE_TIMEOUT, now=due.at
    )


async def end_unanswered(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Nobody said a word: it ended when it was to end."""
    spike, stint = await _lock_stint(session, due)
    if stint.ended_at or due.at < stint.until + STILL_THERE_TIMEOUT:
        return
    person = await people.fetch_person(session, stint.workspace_id, stint.person_id)
    until = await answer_deadline(
        session, stint.card or "", person, since=stint.until, wait=STILL_THERE_TIMEOUT, now=due.at
    )
    if until > due.at:
        await schedule_job(session, END_UNANSWERED, team, About(ABOUT_STINT, stint.id), due_at=until, now=due.at)
        return
    await spikes_stints.finish_stint(session, team, spike, stint, at=stint.until, by_itself=True, now=due.at)


async def _lock_stint(session: AsyncSession, due: Occurrence) -> tuple[Spike | None, Stint]:
    stint = await session.get_one(Stint, due.about_id)
    return await stints.lock_stint(session, stint.workspace_id, stint.id)
