"""A spike's questions by the clock: one leader at a time, five minutes each, until somebody comes."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.directory import Person
from bot.features.balance import reading
from bot.features.balance.tables import Part
from bot.features.spikes import asking, finding, life
from bot.features.spikes.asking import HELPS, PEACE, WAIT, Candidate
from bot.features.spikes.life import QUIET, Step
from bot.features.spikes.tables import Answer, Ask, Spike, State
from bot.messages.spikes import asks, cards
from bot.outbox import outbox
from bot.outbox.tables import Priority
from bot.teams import membership
from bot.teams.tables import Team
from bot.timetable.jobs import Job, JobName
from bot.timetable.tables import About, Occurrence
from schedules import stints
from schedules.spike_cards import A_MINUTE, ABOUT, answers_until, put, show

ASKED = "spike_ask"
LATER = timedelta(minutes=15)
"""When nobody was left to ask: somebody may have come to work since."""


async def go_on(session: AsyncSession, team: Team, spike: Spike, *, one_more: bool = False, now: datetime) -> None:
    """Ask the next leader, unless somebody helps or is being asked already, or the queue calms down.

    Where no leader is left to ask, the spike is given up.

    `one_more` asks for another helper beside those who are there, if there are any.
    """
    is_covered = spike.state == State.COVERED
    if spike.is_over or spike.calm_at or (is_covered and not one_more) or await asking.waiting(session, spike):
        return
    revived = None if is_covered else await _revive(session, team, spike, now)
    ask = revived or await _ask_next(session, team, spike, now)
    if ask:
        await put(session, EXPIRE, team, About(ASKED, ask.id), due_at=now + A_MINUTE, now=now)
    elif not is_covered:
        await _give_up(session, team, spike, now)
    await show(session, team, spike, now=now)


async def _revive(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> Ask | None:
    """Whose question was taken back when it calmed down gets it again, on the same card."""
    ask = await asking.revive(session, spike, await _leaders(session, team), now=now)
    if ask:
        person = await directory.person(session, spike.workspace_id, ask.leader_id)
        await outbox.show(session, asks.ask(team, spike, ask, person), to=person.dm, now=now, hours_of=team)
    return ask


async def _ask_next(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> Ask | None:
    found = asking.following(await _candidates(session, team, spike, now), spike.peak)
    if found is None:
        return None
    person = found.person
    ask = await asking.ask(session, spike, person, now=now)
    await outbox.put(
        session, asks.ask(team, spike, ask, person), to=person.dm, not_before=now, priority=Priority.URGENT,
        hours_of=team, expires_at=now + QUIET,
    )  # fmt: skip
    return ask


async def _candidates(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> list[Candidate]:
    """The team's leaders, with what the balance has of their time."""
    ids = [member.user_id for member in await membership.leaders(session, team)]
    people = await directory.people(session, team.workspace_id, ids)
    weeks = await reading.fortnights(session, list(people.values()), now)
    frontline = {id: week.minutes(Part.FRONTLINE) for id, week in weeks.items()}
    return await asking.candidates(session, team, spike, frontline, now=now)


async def _give_up(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> None:
    """Nobody is left to ask: the team is told so, once, and it is looked at again in a while."""
    life.take(spike, Step.GIVE_UP)
    if spike.given_up_at is None:
        spike.given_up_at = now
        await session.flush()
        await _tell_nobody(session, team, spike, now)
    later = spike.opened_at + LATER * ((now - spike.opened_at) // LATER + 1)
    await put(session, LOOK, team, About(ABOUT, spike.id), due_at=later, now=now)


async def _tell_nobody(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> None:
    """Say in one sentence for all the queues that nobody can come to, and why; another queue is added to it."""
    left = await asking.given_up(session, team, since=now - LATER)
    is_in_peace = any(asking.only_in_peace(each, spike.peak) for each in await _candidates(session, team, spike, now))
    at_work_from = await asking.at_work_from(session, team, now)
    post = cards.nobody(team, left, at_work_from, now, is_in_peace=is_in_peace)
    await outbox.show(session, post, to=team.channel, now=now)


async def answer(
    session: AsyncSession,
    team: Team,
    spike: Spike,
    ask: Ask,
    person: Person,
    how: Answer,
    minutes: int,
    *,
    now: datetime,
) -> None:
    """A leader has pressed a button: they have the place, and nobody else is asked; or the next one is."""
    was_waiting = ask.state == Answer.WAITING
    await finding.must_help(session, team, person.id)
    asking.answer(spike, ask, person.id, how, now=now)
    if how is Answer.DECLINED:
        await _close(session, spike, ask, person, now=now)
        await go_on(session, team, spike, one_more=was_waiting, now=now)
        return
    await withdraw(session, spike, now=now)
    card = asks.ask(team, spike, ask, person).card
    await stints.begin(session, team, spike, person, HELPS[how], minutes, card=card, now=now)


async def show_growth(session: AsyncSession, team: Team, spike: Spike, *, now: datetime) -> None:
    """Edit the open questions about a spike that has grown: who answers one answers for its new size."""
    for ask in await asking.update_size(session, spike):
        person = await directory.person(session, ask.workspace_id, ask.leader_id)
        await outbox.change(session, asks.ask(team, spike, ask, person), to=person.dm, now=now)


async def ask_for_others(session: AsyncSession, team: Team, spike: Spike, *, now: datetime) -> None:
    """A spike is over, so a leader whose question about it was taken back may be asked for another queue."""
    for other in await asking.given_up(session, team, since=now - PEACE):
        if other.id != spike.id:
            await put(session, LOOK, team, About(ABOUT, other.id), due_at=now, now=now)


async def expire(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Five minutes after the question reached somebody the next one is asked; no answer is an answer too."""
    spike, ask = await asking.one(session, team.workspace_id, due.about_id)
    if ask.state != Answer.WAITING or spike.is_over:
        return
    person = await directory.person(session, ask.workspace_id, ask.leader_id)
    card = asks.ask(team, spike, ask, person).card or ""
    until = await answers_until(session, card, person, since=ask.asked_at, wait=WAIT, now=due.at)
    if until > due.at:
        await put(session, EXPIRE, team, About(ASKED, ask.id), due_at=until, now=due.at)
        return
    asking.close(ask, Answer.EXPIRED, now=due.at)
    await _close(session, spike, ask, person, now=due.at)
    await go_on(session, team, spike, one_more=True, now=due.at)


async def look(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The last one who helped is done, or there was nobody to ask: who is next now?"""
    await go_on(session, team, await finding.spike_of(session, due.about_id), now=due.at)


async def withdraw(session: AsyncSession, spike: Spike, *, now: datetime) -> None:
    """Questions that nobody needs to answer any more lose their buttons."""
    for ask in await asking.waiting(session, spike):
        asking.close(ask, Answer.WITHDRAWN, now=now)
        person = await directory.person(session, ask.workspace_id, ask.leader_id)
        await _close(session, spike, ask, person, now=now)


async def settle(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Withdraw the questions to people who no longer lead, and ask the next leader instead."""
    leaders = await _leaders(session, team)
    for found in await finding.open_ones(session, team):
        spike = await finding.spike_of(session, found.id)
        lost = [ask for ask in await asking.waiting(session, spike) if ask.leader_id not in leaders]
        for ask in lost:
            asking.close(ask, Answer.WITHDRAWN, now=now)
            person = await directory.person(session, ask.workspace_id, ask.leader_id)
            await _close(session, spike, ask, person, now=now)
        if lost:
            await go_on(session, team, spike, one_more=True, now=now)


async def _leaders(session: AsyncSession, team: Team) -> set[str]:
    return {member.user_id for member in await membership.leaders(session, team)}


async def _close(session: AsyncSession, spike: Spike, ask: Ask, person: Person, *, now: datetime) -> None:
    await outbox.withdraw(session, asks.closed(spike, ask), to=person.dm, now=now)


EXPIRE, LOOK = JobName("spike_asks.expire"), JobName("spike_asks.look")
JOBS = [Job(expire), Job(look)]
