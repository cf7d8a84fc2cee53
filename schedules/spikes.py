"""Queue spikes by the clock: what a signal sets going, and how it ends.

Every step is a transaction of its own that leaves an appointment for what follows. An appointment that comes when it is
not wanted any more does nothing, so none has to be cancelled.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.alerts import Alert
from bot.directory import Person
from bot.features.spikes import causes, finding, hearing, life
from bot.features.spikes import stints as spikes_stints
from bot.features.spikes.hearing import Heard, News
from bot.features.spikes.tables import Ended, Kind, Spike, Stint
from bot.messages.spikes import cards
from bot.teams.tables import Team
from bot.timetable.jobs import Job, JobName
from bot.timetable.tables import About, Occurrence
from schedules import celebrations, debriefs, queues, stints, tank
from schedules.spike_asks import ask_for_others, go_on, show_growth, withdraw
from schedules.spike_cards import ABOUT, put, show, tell


async def hear(
    session: AsyncSession, team: Team, alert: Alert, *, caller_id: str | None = None, now: datetime
) -> Heard | None:
    """A tool, or somebody, says how one of the team's queues is. None when that changes nothing."""
    if team.is_closed:
        return None
    heard = await hearing.hear(session, team, alert, caller_id=caller_id, now=now)
    if heard:
        await _follow(session, team, heard, now=now)
        await _quote(session, team, heard, caller_id, now=now)
    return heard


async def hear_all(session: AsyncSession, team: Team, alerts: Sequence[Alert], *, now: datetime) -> None:
    """Take in one delivery: all that it says of a queue is one piece of news, in whatever order it says it."""
    if team.is_closed:
        return
    for heard in await hearing.hear_all(session, team, alerts, now=now):
        await _follow(session, team, heard, now=now)


async def _quote(session: AsyncSession, team: Team, heard: Heard, caller_id: str | None, *, now: datetime) -> None:
    """What a person says of a spike whose card quotes somebody else belongs to its story, in their name."""
    ids = [caller_id] if caller_id and heard.aside else []
    for caller in (await directory.people(session, team.workspace_id, ids)).values():
        await tell(session, team, heard.spike, cards.added(caller, heard.aside), now=now)


async def _follow(session: AsyncSession, team: Team, heard: Heard, *, now: datetime) -> None:
    spike = heard.spike
    match heard.news:
        case News.OPENED | News.REOPENED:
            await _begin(session, team, heard, now=now)
        case News.GREW:
            await show(session, team, spike, now=now)
            await tell(session, team, spike, cards.grew(spike), now=now)
            await show_growth(session, team, spike, now=now)
            await go_on(session, team, spike, one_more=True, now=now)
        case News.STILL:
            await show(session, team, spike, now=now)
            if spike.given_up_at is None:
                await go_on(session, team, spike, now=now)
        case News.CALMING:
            believed_at = life.believed_at(spike) or now
            await put(session, BELIEVE, team, About(ABOUT, spike.id), due_at=believed_at, now=now)
        case News.ENDED:
            await conclude(session, team, spike, now=now)


async def _begin(session: AsyncSession, team: Team, heard: Heard, *, now: datetime) -> None:
    """It opens, or goes on with the same card: then those who were asked are not asked anew."""
    spike = heard.spike
    await queues.touch(session, team, now=now)
    await show(session, team, spike, now=now)
    if heard.news is News.REOPENED:
        await tell(session, team, spike, cards.reopened(), now=now)
    await put(session, QUIET, team, About(ABOUT, spike.id), due_at=now + life.QUIET, now=now)
    await go_on(session, team, spike, now=now)


async def come(
    session: AsyncSession, team: Team, spike: Spike | None, person: Person, kind: Kind, minutes: int, *, now: datetime
) -> Stint:
    """Somebody comes without waiting to be asked: nobody else needs to be."""
    stint = await stints.begin(session, team, spike, person, kind, minutes, now=now)
    if spike:
        await withdraw(session, spike, now=now)
    return stint


async def conclude(session: AsyncSession, team: Team, spike: Spike, *, now: datetime) -> None:
    """It is over: questions and stints end, and the card sums up."""
    await withdraw(session, spike, now=now)
    for stint in await spikes_stints.of_spike(session, spike):
        if stint.ended_at is None:
            await stints.finish(session, team, spike, stint, at=now, by_itself=True, now=now)
    await show(session, team, spike, now=now)
    await tell(session, team, spike, cards.calm(team, spike), now=now)
    await ask_for_others(session, team, spike, now=now)
    await sum_up(session, team, spike, await spikes_stints.of_spike(session, spike), now=now)


async def sum_up(session: AsyncSession, team: Team, spike: Spike, helped: Sequence[Stint], *, now: datetime) -> None:
    """A spike has ended, and its card says how: whatever else is to come of it belongs here."""
    await debriefs.learn(session, spike)
    await celebrations.consider(session, team, spike, now=now)
    await queues.touch(session, team, now=now)
    await tank.calm(session, team, spike, now=now)


async def believe(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The calm has lasted: it is over."""
    spike = await _of(session, due)
    believed_at = None if spike.is_over else life.believed_at(spike)
    if believed_at and due.at >= believed_at:
        await hearing.settle(session, spike, Ended.SIGNAL, now=due.at)
        await conclude(session, team, spike, now=due.at)


async def go_quiet(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Nothing was heard of it for two hours: it is over, unless who told of it would have told of its end."""
    spike = await _of(session, due)
    if spike.is_over:
        return
    if (until := spike.heard_at + life.QUIET) > due.at:
        await put(session, QUIET, team, About(ABOUT, spike.id), due_at=until, now=due.at)
        return
    if await causes.is_held(session, team, spike):
        await put(session, QUIET, team, About(ABOUT, spike.id), due_at=due.at + life.QUIET, now=due.at)
        return
    await hearing.settle(session, spike, Ended.QUIET, now=due.at)
    await conclude(session, team, spike, now=due.at)


async def _of(session: AsyncSession, due: Occurrence) -> Spike:
    return await finding.spike_of(session, due.about_id)


BELIEVE, QUIET = JobName("spikes.believe"), JobName("spikes.go_quiet")
JOBS = [Job(believe), Job(go_quiet)]
