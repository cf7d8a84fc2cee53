"""Queue spikes by the clock: what a signal sets going, who is asked next, and how it ends.

Every step is a transaction of its own that leaves an appointment for what follows. An appointment that comes when it is
not wanted any more does nothing, so none has to be cancelled.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, outbox, teams, timetable
from bot.alerts import Alert
from bot.directory import Person
from bot.features import balance, spikes
from bot.features.spikes import Answer, Ask, Ended, Heard, Kind, News, Spike, State, Step, Stint
from bot.messages import spikes as messages
from bot.outbox import Priority
from bot.teams import Team
from bot.timetable import About, Job, Occurrence
from schedules import debriefs, queues, stints
from schedules.spike_cards import show, tell

ABOUT = "spike"
ASKED = "spike_ask"
A_MINUTE = timedelta(minutes=1)
LATER = timedelta(minutes=15)
"""When nobody was left to ask: somebody may have come to work since."""


async def hear(
    session: AsyncSession, team: Team, alert: Alert, *, caller_id: str | None = None, now: datetime
) -> Heard | None:
    """A tool, or somebody, says how one of the team's queues is. None when that changes nothing."""
    if team.is_closed:
        return None
    heard = await spikes.hear(session, team, alert, caller_id=caller_id, now=now)
    if heard:
        await _follow(session, team, heard, now=now)
    return heard


async def _follow(session: AsyncSession, team: Team, heard: Heard, *, now: datetime) -> None:
    spike = heard.spike
    match heard.news:
        case News.OPENED | News.REOPENED:
            await _begin(session, team, heard, now=now)
        case News.GREW:
            await show(session, team, spike, now=now)
            await tell(session, team, spike, messages.grew(spike), now=now)
            await go_on(session, team, spike, now=now)
        case News.STILL:
            await show(session, team, spike, now=now)
            if spike.given_up_at is None:
                await go_on(session, team, spike, now=now)
        case News.CALMING:
            believed_at = spikes.believed_at(spike) or now
            await _put(session, BELIEVE, team, About(ABOUT, spike.id), due_at=believed_at, now=now)
        case News.ENDED:
            await conclude(session, team, spike, now=now)


async def _begin(session: AsyncSession, team: Team, heard: Heard, *, now: datetime) -> None:
    """It opens, or goes on with the same card: then those who were asked are not asked anew."""
    spike = heard.spike
    await queues.touch(session, team, now=now)
    await show(session, team, spike, now=now)
    if heard.news is News.REOPENED:
        await tell(session, team, spike, messages.reopened(), now=now)
    await _put(session, QUIET, team, About(ABOUT, spike.id), due_at=now + spikes.QUIET, now=now)
    await go_on(session, team, spike, now=now)


async def go_on(session: AsyncSession, team: Team, spike: Spike, *, now: datetime) -> None:
    """Ask whoever is next, unless somebody helps or is being asked, it calms down, or there was nobody to ask."""
    if spike.state not in (State.OPEN, State.ASKING) or spike.calm_at or await spikes.waiting(session, spike):
        return
    ask = await _revive(session, team, spike, now) or await _ask_next(session, team, spike, now)
    if ask:
        await _put(session, EXPIRE, team, About(ASKED, ask.id), due_at=now + spikes.WAIT, now=now)
    else:
        await _give_up(session, team, spike, now)
    await show(session, team, spike, now=now)


async def _revive(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> Ask | None:
    """Whose question was taken back when it calmed down gets it again, on the same card."""
    ask = await spikes.revive(session, spike, now=now)
    if ask:
        person = await directory.person(session, spike.workspace_id, ask.leader_id)
        await outbox.show(session, messages.ask(team, spike, ask, person), to=person.dm, now=now, hours_of=team)
    return ask


async def _ask_next(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> Ask | None:
    person = await _next(session, team, spike, now)
    if person is None:
        return None
    ask = await spikes.ask(session, spike, person, now=now)
    await outbox.put(
        session, messages.ask(team, spike, ask, person), to=person.dm, not_before=now, priority=Priority.URGENT,
        hours_of=team, expires_at=spike.heard_at + spikes.QUIET,
    )  # fmt: skip
    return ask


async def _next(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> Person | None:
    """Who is asked next, by what the balance has of their time."""
    ids = [member.user_id for member in await teams.leaders(session, team)]
    people = await directory.people(session, team.workspace_id, ids)
    weeks = await balance.fortnights(session, list(people.values()), now)
    frontline = {id: week.minutes(balance.Part.FRONTLINE) for id, week in weeks.items()}
    found = spikes.following(await spikes.candidates(session, team, spike, frontline, now=now), spike.peak)
    return found.person if found else None


async def _give_up(session: AsyncSession, team: Team, spike: Spike, now: datetime) -> None:
    """Nobody is left to ask: the team is told so, once, and it is looked at again in a while."""
    is_told = spike.given_up_at is not None
    spikes.take(spike, Step.GIVE_UP)
    if not is_told:
        spike.given_up_at = now
        await tell(session, team, spike, messages.nobody(spike), aloud=True, now=now)
        await _put(session, LOOK, team, About(ABOUT, spike.id), due_at=now + LATER, now=now)


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
    spikes.answer(spike, ask, person.id, how, now=now)
    if how is Answer.DECLINED:
        await _close(session, spike, ask, person, now=now)
        await go_on(session, team, spike, now=now)
        return
    await _withdraw(session, spike, now=now)
    card = messages.ask(team, spike, ask, person).card
    await stints.begin(session, team, spike, person, spikes.HELPS[how], minutes, card=card, now=now)


async def come(
    session: AsyncSession, team: Team, spike: Spike | None, person: Person, kind: Kind, minutes: int, *, now: datetime
) -> Stint:
    """Somebody comes without waiting to be asked: nobody else needs to be."""
    stint = await stints.begin(session, team, spike, person, kind, minutes, now=now)
    if spike:
        await _withdraw(session, spike, now=now)
    return stint


async def conclude(session: AsyncSession, team: Team, spike: Spike, *, now: datetime) -> None:
    """It is over: questions and stints end, and the card sums up."""
    await _withdraw(session, spike, now=now)
    for stint in await spikes.of_spike(session, spike):
        if stint.ended_at is None:
            await stints.finish(session, team, spike, stint, at=now, by_itself=True, now=now)
    await show(session, team, spike, now=now)
    await tell(session, team, spike, messages.calm(team, spike), now=now)
    await sum_up(session, team, spike, await spikes.of_spike(session, spike), now=now)


async def sum_up(session: AsyncSession, team: Team, spike: Spike, helped: Sequence[Stint], *, now: datetime) -> None:
    """A spike has ended, and its card says how: whatever else is to come of it belongs here."""
    await debriefs.learn(session, spike)
    await queues.touch(session, team, now=now)


async def expire(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Five minutes after the question reached somebody the next one is asked; no answer is an answer too."""
    assert due.about  # noqa: S101
    spike, ask = await spikes.one(session, team.workspace_id, due.about.id)
    if ask.state != Answer.WAITING or spike.is_over:
        return
    person = await directory.person(session, ask.workspace_id, ask.leader_id)
    until = await _answers_until(session, team, spike, ask, person, due.at)
    if until > due.at:
        await _put(session, EXPIRE, team, About(ASKED, ask.id), due_at=until, now=due.at)
        return
    spikes.close(ask, Answer.EXPIRED, now=due.at)
    await _close(session, spike, ask, person, now=due.at)
    await go_on(session, team, spike, now=due.at)


async def _answers_until(
    session: AsyncSession, team: Team, spike: Spike, ask: Ask, person: Person, now: datetime
) -> datetime:
    """When somebody's time to answer ends: it begins as the question reaches them.

    One that Slack does not take, or that waits for a good moment of theirs, is not waited for.
    """
    card = messages.ask(team, spike, ask, person).card or ""
    if said_at := await outbox.said_at(session, card, to=person.dm, since=ask.asked_at):
        return said_at + spikes.WAIT
    if await outbox.is_on_its_way(session, card, to=person.dm):
        return now + A_MINUTE
    is_said = await outbox.is_said(session, card, to=person.dm)
    return ask.asked_at + spikes.WAIT if is_said else now


async def believe(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The calm has lasted: it is over."""
    spike = await _of(session, due)
    believed_at = None if spike.is_over else spikes.believed_at(spike)
    if believed_at and due.at >= believed_at:
        await spikes.settle(session, spike, Ended.SIGNAL, now=due.at)
        await conclude(session, team, spike, now=due.at)


async def go_quiet(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Nothing was heard of it for two hours: it is over."""
    spike = await _of(session, due)
    if spike.is_over:
        return
    if (until := spike.heard_at + spikes.QUIET) > due.at:
        await _put(session, QUIET, team, About(ABOUT, spike.id), due_at=until, now=due.at)
        return
    await spikes.settle(session, spike, Ended.QUIET, now=due.at)
    await conclude(session, team, spike, now=due.at)


async def look(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The last one who helped is done, or there was nobody to ask: who is next now?"""
    spike = await _of(session, due)
    if spike.is_over:
        return
    await go_on(session, team, spike, now=due.at)
    if spike.given_up_at and spike.given_up_at < due.at:
        await _put(session, LOOK, team, About(ABOUT, spike.id), due_at=due.at + LATER, now=due.at)


async def _withdraw(session: AsyncSession, spike: Spike, *, now: datetime) -> None:
    """Questions that nobody needs to answer any more lose their buttons."""
    for ask in await spikes.waiting(session, spike):
        spikes.close(ask, Answer.WITHDRAWN, now=now)
        person = await directory.person(session, ask.workspace_id, ask.leader_id)
        await _close(session, spike, ask, person, now=now)


async def _close(session: AsyncSession, spike: Spike, ask: Ask, person: Person, *, now: datetime) -> None:
    await outbox.withdraw(session, messages.closed(spike, ask), to=person.dm, now=now)


async def _of(session: AsyncSession, due: Occurrence) -> Spike:
    assert due.about  # noqa: S101
    return await spikes.spike_of(session, due.about.id)


async def _put(session: AsyncSession, job: Job, team: Team, about: About, *, due_at: datetime, now: datetime) -> None:
    key = f"{about.kind}:{about.id}:{job.name}:{due_at.isoformat()}"
    await timetable.put(session, job=job.name, key=key, team=team, about=about, due_at=due_at, now=now)


EXPIRE, BELIEVE, QUIET, LOOK = Job(expire), Job(believe), Job(go_quiet), Job(look)
JOBS = [EXPIRE, BELIEVE, QUIET, LOOK]
