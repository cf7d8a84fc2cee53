"""Ask one leader at a time for help with a spike, five minutes each, until somebody comes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.balance import queries
from bot.features.balance.models import Part
from bot.features.spikes import queries as spikes_queries
from bot.features.spikes import rules
from bot.features.spikes.models import Answer, Ask, Kind, Spike, State, Stint
from bot.features.spikes.queries import ASK_COOLDOWN, ASK_TIMEOUT, KIND_BY_ANSWER
from bot.features.spikes.rules import QUIET_TIMEOUT, Candidate, Step
from bot.messages.spikes import asks, cards
from bot.org import people as org_people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.scheduler.jobs import JobName
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows.spikes import stints
from bot.workflows.spikes.cards import ASK_NEXT, RECHECK_INTERVAL, may_still_answer, schedule_job, update_card

EXPIRE_ASK = JobName("spikes.expire_ask")
RETRY_INTERVAL = timedelta(minutes=15)
"""When nobody was left to ask: somebody may have come to work since."""


async def ask_next_leader(
    session: AsyncSession, team: Team, spike: Spike, *, one_more: bool = False, now: datetime
) -> None:
    """Ask the next leader, unless somebody helps or is being asked already, or the queue calms down.

    Where no leader is left to ask, the spike is given up.

    `one_more` asks for another helper beside those who are there, if there are any.
    """
    is_covered = spike.state == State.COVERED
    if (
        spike.is_over
        or spike.calm_at
        or (is_covered and not one_more)
        or await spikes_queries.list_waiting_asks(session, spike)
    ):
        return
    revived = None if is_covered else await _revive_ask(session, team, spike, now)
    ask = revived or await _ask_leader(session, team, spike, now)
    if ask:
        await schedule_job(session, EXPIRE_ASK, team, ask, due_at=now + RECHECK_INTERVAL, now=now)
    elif not is_covered:
        await _give_up(session, team, spike, now)
    await update_card(session, team, spike, now=now)


async def _revive_ask(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> Ask | None:
    """Whose question was taken back when it calmed down gets it again, on the same card."""
    ask = await spikes_queries.revive_ask(session, spike, await _leader_ids(session, team), now=now)
    if ask:
        person = await org_people.fetch_person(session, spike.workspace_id, ask.leader_id)
        await outbox.show(session, asks.ask(team, spike, ask, person), to=person.dm, now=now, hours_of=team)
    return ask


async def _ask_leader(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> Ask | None:
    found = rules.choose_next(await _candidates(session, team, spike, now), spike.peak)
    if found is None:
        return None
    person = found.person
    ask = await spikes_queries.add_ask(session, spike, person, now=now)
    await outbox.put(
        session, asks.ask(team, spike, ask, person), to=person.dm, not_before=now, priority=Priority.URGENT,
        hours_of=team, expires_at=now + QUIET_TIMEOUT,
    )  # fmt: skip
    return ask


async def _candidates(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> list[Candidate]:
    """The team's leaders, with what the balance has of their time."""
    ids = [member.user_id for member in await membership.leaders(session, team)]
    people = await org_people.fetch_people(session, team.workspace_id, ids)
    weeks = await queries.fetch_fortnights(session, list(people.values()), now)
    frontline = {id: week.minutes(Part.FRONTLINE) for id, week in weeks.items()}
    return await spikes_queries.list_candidates(session, team, spike, frontline, now=now)


async def _give_up(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> None:
    """Nobody is left to ask: the team is told so, once, and it is looked at again in a while."""
    rules.take_step(spike, Step.GIVE_UP)
    if spike.given_up_at is None:
        spike.given_up_at = now
        await session.flush()
        await _post_nobody_left(session, team, spike, now)
    later = spike.opened_at + RETRY_INTERVAL * ((now - spike.opened_at) // RETRY_INTERVAL + 1)
    await schedule_job(session, ASK_NEXT, team, spike, due_at=later, now=now)


async def _post_nobody_left(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> None:
    """Say in one post for all the queues that nobody can come to, and why; another queue is added to it."""
    left = await spikes_queries.list_given_up_spikes(session, team, since=now - RETRY_INTERVAL)
    in_peace = [each.id for each in left if await _waits_for_cooldown(session, team, each, now)]
    at_work_from = await spikes_queries.next_leader_at(session, team, now)
    post = cards.nobody(team, left, at_work_from, now, in_peace=in_peace)
    await outbox.show(session, post, to=team.channel, now=now)


async def _waits_for_cooldown(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> bool:
    """Whether somebody could be asked, had they not been asked for another queue a moment ago."""
    return any(rules.waits_for_cooldown(each, spike.peak) for each in await _candidates(session, team, spike, now))


async def answer_ask(
    session: AsyncSession, actor: Actor, ask_id: int, how: Answer, minutes: int, *, now: datetime
) -> None:
    """Record a leader's answer: they have the place, and nobody else is asked; or the next one is."""
    person = await org_people.fetch_person(session, *actor, lock=True)
    spike, ask = await spikes_queries.lock_ask(session, actor.workspace_id, ask_id)
    team = await session.get_one(Team, spike.team_id)
    was_waiting = ask.state == Answer.WAITING
    await spikes_queries.must_lead(session, team, person.id)
    spikes_queries.answer_ask(spike, ask, person.id, how, now=now)
    if how is Answer.DECLINED:
        await _remove_buttons(session, spike, ask, now=now)
        await ask_next_leader(session, team, spike, one_more=was_waiting, now=now)
        return
    await withdraw_asks(session, spike, now=now)
    card = asks.card_name(ask)
    await stints.start_stint(session, team, spike, person, KIND_BY_ANSWER[how], minutes, card=card, now=now)


async def expire_ask(session: AsyncSession, team: Team, ask_id: int, *, now: datetime) -> None:
    """Ask the next leader once nobody has answered in time; no answer is an answer too."""
    spike, ask = await spikes_queries.lock_ask(session, team.workspace_id, ask_id)
    if ask.state != Answer.WAITING or spike.is_over:
        return
    if not await may_still_answer(
        session, EXPIRE_ASK, team, ask, asks.card_name(ask), ask.leader_id,
        since=ask.asked_at, wait=ASK_TIMEOUT, now=now,
    ):  # fmt: skip
        await _close_asks(session, spike, [ask], Answer.EXPIRED, now=now)
        await ask_next_leader(session, team, spike, one_more=True, now=now)


async def update_open_asks(session: AsyncSession, team: Team, spike: Spike, *, now: datetime) -> None:
    """Edit the open questions about a spike that has grown: who answers one answers for its new size."""
    for ask in await spikes_queries.list_waiting_asks(session, spike):
        ask.size = spike.peak
        person = await org_people.fetch_person(session, ask.workspace_id, ask.leader_id)
        await outbox.change(session, asks.ask(team, spike, ask, person), to=person.dm, now=now)


async def ask_for_other_queues(session: AsyncSession, team: Team, spike: Spike, *, now: datetime) -> None:
    """A spike is over, so a leader whose question about it was taken back may be asked for another queue."""
    for other in await spikes_queries.list_given_up_spikes(session, team, since=now - ASK_COOLDOWN):
        if other.id != spike.id:
            await schedule_job(session, ASK_NEXT, team, other, due_at=now, now=now)


async def withdraw_asks(session: AsyncSession, spike: Spike, *, now: datetime) -> None:
    """Take back questions that nobody needs to answer any more."""
    waiting = await spikes_queries.list_waiting_asks(session, spike)
    await _close_asks(session, spike, waiting, Answer.WITHDRAWN, now=now)


async def withdraw_from_former_leaders(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Withdraw the questions to people who no longer lead, and ask the next leader instead."""
    leaders = await _leader_ids(session, team)
    for found in await spikes_queries.list_open_spikes(session, team):
        spike = await spikes_queries.lock_spike(session, found.id)
        lost = [ask for ask in await spikes_queries.list_waiting_asks(session, spike) if ask.leader_id not in leaders]
        await _close_asks(session, spike, lost, Answer.WITHDRAWN, now=now)
        if lost:
            await ask_next_leader(session, team, spike, one_more=True, now=now)


async def _leader_ids(session: AsyncSession, team: Team) -> set[str]:
    return {member.user_id for member in await membership.leaders(session, team)}


async def _close_asks(session: AsyncSession, spike: Spike, found: Sequence[Ask], how: Answer, *, now: datetime) -> None:
    for ask in found:
        ask.state, ask.answered_at = how, now
        await _remove_buttons(session, spike, ask, now=now)


async def _remove_buttons(session: AsyncSession, spike: Spike, ask: Ask, *, now: datetime) -> None:
    to = Address(ask.workspace_id, ask.leader_id)
    await outbox.withdraw(session, asks.closed(spike, ask), to=to, now=now)


async def join_unasked(
    session: AsyncSession, team: Team, spike: Spike | None, person: Person, kind: Kind, minutes: int, *, now: datetime
) -> Stint:
    """Somebody comes without waiting to be asked: nobody else needs to be."""
    stint = await stints.start_stint(session, team, spike, person, kind, minutes, now=now)
    if spike:
        await withdraw_asks(session, spike, now=now)
    return stint
