"""Ask one leader at a time for help with a spike, five minutes each, until somebody joins."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.escalation import leaders
from bot.escalation import models as asked
from bot.escalation.policy import Policy
from bot.escalation.queries import find_asks
from bot.escalation.rules import Candidate, is_only_in_cooldown
from bot.features.balance import queries
from bot.features.balance.models import Part
from bot.features.spikes import queries as spikes_queries
from bot.features.spikes import rules
from bot.features.spikes.models import Kind, Spike, State, Stint
from bot.features.spikes.queries import ASK_COOLDOWN, ASK_TIMEOUT
from bot.features.spikes.rules import QUIET_TIMEOUT, Step
from bot.messages.spikes import asks, cards
from bot.org import people as org_people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import spikes as refusals
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.workflows import escalation
from bot.workflows.spikes import stints
from bot.workflows.spikes.cards import ASK_NEXT, schedule_job, update_card

RETRY_INTERVAL = timedelta(minutes=15)
"""How often to look again for a leader after nobody was left to ask: somebody may have started work meanwhile."""


async def ask_next_leader(
    session: AsyncSession, team: Team, spike: Spike, *, one_more: bool = False, now: datetime
) -> None:
    """Ask the next leader, unless somebody helps or is being asked already, or the queue is calming down.

    If no leader is left to ask, the bot stops asking for now. With `one_more`, a leader is asked even if somebody
    helps already.
    """
    is_covered = spike.state == State.COVERED
    waiting = await find_asks(session, asked.Kind.SPIKE, spike, asked.State.WAITING)
    if waiting or spike.is_over or spike.calm_at or (is_covered and not one_more):
        return
    if await escalation.ask_next(
        session, team, asked.Kind.SPIKE, spike, await _candidates(session, team, spike, now), size=spike.peak,
        may_revive=not is_covered, now=now,
    ):  # fmt: skip
        rules.take_step(spike, Step.ASK)
        spike.given_up_at = None
    elif not is_covered:
        await _give_up(session, team, spike, now)
    await update_card(session, team, spike, now=now)


async def _candidates(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> list[Candidate]:
    """Return the team's leaders as candidates, with their frontline time."""
    ids = [member.user_id for member in await membership.leaders(session, team)]
    people = await org_people.fetch_people(session, team.workspace_id, ids)
    weeks = await queries.fetch_fortnights(session, list(people.values()), now)
    frontline = {id: week.minutes(Part.FRONTLINE) for id, week in weeks.items()}
    return await spikes_queries.list_candidates(session, team, spike, frontline, now=now)


async def _give_up(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> None:
    """Give up asking: tell the team once that nobody is left, and schedule a retry."""
    rules.take_step(spike, Step.GIVE_UP)
    if spike.given_up_at is None:
        spike.given_up_at = now
        await session.flush()
        await _post_nobody_left(session, team, spike, now)
    later = spike.opened_at + RETRY_INTERVAL * ((now - spike.opened_at) // RETRY_INTERVAL + 1)
    await schedule_job(session, ASK_NEXT, team, spike, due_at=later, now=now)


async def _post_nobody_left(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> None:
    """Post one message that lists the queues that nobody can join, and why; later queues are added to it."""
    left = await spikes_queries.list_given_up_spikes(session, team, since=now - RETRY_INTERVAL)
    in_cooldown = [each.id for each in left if await _waits_for_cooldown(session, team, each, now)]
    at_work_from = await leaders.next_leader_at(session, team, now)
    post = cards.no_leader_available(team, left, at_work_from, now, in_cooldown=in_cooldown)
    await outbox.show(session, post, to=team.channel, now=now)


async def _waits_for_cooldown(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> bool:
    """Return whether only the cooldown after an ask about another spike keeps somebody from being asked now."""
    return any(is_only_in_cooldown(each, spike.peak) for each in await _candidates(session, team, spike, now))


async def answer_ask(
    session: AsyncSession, actor: Actor, ask_id: int, how: Kind | None, minutes: int, *, now: datetime
) -> None:
    """Record a leader's answer to an ask.

    `how` is the kind of help the leader offers, and nobody else is then asked; with None, the leader declines and the
    next one is asked.
    """
    person = await org_people.fetch_person(session, *actor, lock=True)
    team, spike, ask, before = await escalation.answer(session, actor, asked.Kind.SPIKE, ask_id, how, now=now)
    if how is None:
        await ask_next_leader(session, team, spike, one_more=before is asked.State.WAITING, now=now)
    else:
        await stints.start_stint(session, team, spike, person, how, minutes, card=ask.card, now=now)


async def retry_other_spikes(session: AsyncSession, team: Team, spike: Spike, *, now: datetime) -> None:
    """Ask again about other spikes that nobody could help with, because leaders asked about this one are free again."""
    for other in await spikes_queries.list_given_up_spikes(session, team, since=now - ASK_COOLDOWN):
        if other.id != spike.id:
            await schedule_job(session, ASK_NEXT, team, other, due_at=now, now=now)


async def withdraw_from_former_leaders(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Withdraw asks to people who no longer lead, and ask the next leader instead."""
    leaders = {member.user_id for member in await membership.leaders(session, team)}
    await escalation.withdraw_from_others(session, team, asked.Kind.SPIKE, leaders, now=now)


async def join_unasked(
    session: AsyncSession, team: Team, spike: Spike | None, person: Person, kind: Kind, minutes: int, *, now: datetime
) -> Stint:
    """Start a stint for somebody who was not asked, and withdraw the open ask."""
    stint = await stints.start_stint(session, team, spike, person, kind, minutes, now=now)
    if spike:
        await escalation.withdraw(session, asked.Kind.SPIKE, spike, now=now)
    return stint


Policy(
    asked.Kind.SPIKE, Spike, asks, refusals, wait=lambda _: ASK_TIMEOUT, lives=QUIET_TIMEOUT,
    check_person=spikes_queries.must_lead, check_needed=spikes_queries.check_needs_help,
    ask_next=partial(ask_next_leader, one_more=True),
)  # fmt: skip
