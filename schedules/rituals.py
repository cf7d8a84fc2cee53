"""Rituals by the clock: who hosts is asked the working day before; then each comes on its day, or kindly not.

An open spike comes first: the ritual waits, half an hour at a time, while the team is at work that day, and is then let
go. What was planned is an *occasion*; an appointment for one that is there no more does nothing.
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.directory import Address
from bot.features.rituals import coffee as rituals_coffee
from bot.features.rituals import hosting, keeping, occasions
from bot.features.rituals.tables import Occasion, Ritual, State
from bot.features.shoutouts.settings import Settings
from bot.features.spikes import finding
from bot.hours import moment
from bot.hours import routine as hours_routine
from bot.messages.post import Post
from bot.messages.rituals import cards, hosts, lists
from bot.messages.rituals.lists import Entry, Said
from bot.outbox import outbox
from bot.outbox.tables import Priority
from bot.teams.tables import Team
from bot.timetable import recurrence, timetable
from bot.timetable.jobs import Job, JobName, Recurring
from bot.timetable.tables import About, Occurrence
from schedules import coffee, ritual_answers, ritual_cards

ABOUT = "ritual"
LATE = timedelta(hours=3)
A_DAY = timedelta(days=1)
A_MINUTE = timedelta(minutes=1)
HALF_AN_HOUR = timedelta(minutes=30)
TO_ITS_EVENING = timedelta(hours=12)
WITH_ROUND_UP = "wins"
"""The ritual that ends the weekly summary where both come at that hour."""
FAR = timedelta(days=100)
"""As far as a list looks ahead."""
SETTLED: dict[str, Callable[[AsyncSession, Team, Occasion], Awaitable[bool]]] = {"coffee": rituals_coffee.pair}
"""What is settled once, as a ritual comes; where it cannot be, the ritual is let go without a word."""
FOLLOWED: dict[str, Callable[..., Awaitable[None]]] = {"coffee": coffee.tell}
"""What people hear by DM once a ritual has come."""


async def begin(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """A new team's rituals; who hosts them is asked in the morning."""
    for ritual in await keeping.begin(session, team):
        await repeat(session, team, ritual, now=now)


async def arrange(session: AsyncSession, team: Team, ritual: Ritual, *, now: datetime) -> None:
    """A ritual was switched or changed: what was planned of it is planned anew."""
    await call_off(session, team, ritual, now=now)
    if ritual.is_on:
        await repeat(session, team, ritual, now=now)
    else:
        await timetable.end(session, HOLD, team, About(ABOUT, ritual.id))
    await prepare(session, team, now=now)


async def repeat(session: AsyncSession, team: Team, ritual: Ritual, *, now: datetime) -> None:
    about = About(ABOUT, ritual.id)
    await timetable.repeat(session, HOLD, team, about, rule=ritual.rule, at=ritual.at, late=LATE, now=now)


async def call_off(session: AsyncSession, team: Team, ritual: Ritual, *, now: datetime) -> None:
    """Nothing that was planned comes; its host hears so."""
    for occasion in await occasions.call_off(session, ritual, now=now):
        await _release(session, ritual, occasion, now=now)
        if occasion.state == State.WAITING:
            await outbox.delete(session, cards.waits(ritual, occasion).card or "", to=team.channel, now=now)


async def _release(session: AsyncSession, ritual: Ritual, occasion: Occasion, *, now: datetime) -> None:
    """There is nothing to host."""
    if occasion.host_id:
        post = hosts.called_off(ritual, occasion, occasion.host_id)
        await outbox.withdraw(session, post, to=Address(occasion.workspace_id, occasion.host_id), now=now)


async def _begin_hosting(session: AsyncSession, team: Team, ritual: Ritual, occasion: Occasion, now: datetime) -> None:
    """Take the buttons off the card of the person asked to host, and host without them if they are away."""
    asked = occasion.host_id
    if asked is None:
        return
    if not await hosting.is_there(session, team, occasion, asked):
        occasion.host_id = None
    post = hosts.started(team, ritual, occasion, asked)
    await outbox.withdraw(session, post, to=Address(occasion.workspace_id, asked), now=now)


async def look_ahead(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Each morning: what comes until the next working day is over has a host, who hears of it."""
    await prepare(session, team, now=due.at)


async def prepare(session: AsyncSession, team: Team, *, now: datetime) -> None:
    until = moment.next_morning(hours_routine.of_team(team), now) + TO_ITS_EVENING
    for at, day, ritual in await _coming(session, team, now, until):
        occasion = await occasions.known(session, ritual, day) or await occasions.plan(session, team, ritual, day, at)
        if not await hosting.was_asked(session, occasion):
            await hosting.appoint(session, team, occasion)
            await ask_host(session, team, ritual, occasion, now=now)


async def ask_host(
    session: AsyncSession, team: Team, ritual: Ritual, occasion: Occasion, *, by: str = "", now: datetime
) -> None:
    """Whose turn it is hears so in their hours, if it is anybody's."""
    if occasion.host_id is None:
        return
    host = await directory.person(session, team.workspace_id, occasion.host_id)
    post = hosts.asked(team, ritual, occasion, host, by)
    await outbox.put(
        session, post, to=host.dm, not_before=now, priority=Priority.NUDGE, hours_of=team,
        expires_at=occasion.starts_at,
    )  # fmt: skip


async def hold(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """It is time, by its rule; after a day off it comes a little later."""
    ritual, day = await session.get(Ritual, due.about_id), occasions.day_of(team, due.at)
    if ritual is None or team.is_closed or not ritual.comes_on(day):
        return
    dues = await timetable.due_until(session, team, HOLD, due.at)
    at = occasions.moment(team, ritual, due.at, next((each.then for each in dues if each.about == due.about), None))
    if at is None:
        return
    occasion = await occasions.known(session, ritual, day) or await occasions.plan(session, team, ritual, day, at)
    if at == due.at and _ends_round_up(team, ritual, at):
        at += A_MINUTE  # unless the round-up says it
    if at > due.at:
        await open_later(session, team, occasion, at, now=due.at)
    else:
        await _open(session, team, ritual, occasion, now=due.at)


async def hold_later(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """What was moved, or planned by hand: that comes though its ritual is off."""
    occasion = await session.get(Occasion, due.about_id)
    ritual = await session.get(Ritual, occasion.ritual_id) if occasion else None
    if occasion is None or ritual is None or occasion.starts_at > due.at:
        return  # called off; SQLite gives its id to the next one
    if not team.is_closed and ritual.may_come_on(occasion.day):
        await _open(session, team, ritual, occasion, now=due.at)


async def _open(session: AsyncSession, team: Team, ritual: Ritual, occasion: Occasion, *, now: datetime) -> None:
    if not occasion.is_ahead:
        return
    if await finding.open_ones(session, team):
        await _give_way(session, team, ritual, occasion, now=now)
        return
    if occasion.state == State.WAITING:
        await outbox.delete(session, cards.waits(ritual, occasion).card or "", to=team.channel, now=now)
    if comes := await _opened(session, team, ritual, occasion, now=now):
        await ritual_cards.say(session, team, comes, now=now)


async def with_round_up(session: AsyncSession, team: Team, due: Occurrence) -> Post | None:
    """The wins of the week, if they come now: the round-up says them, and they do not come by themselves."""
    if not moment.is_good(hours_routine.of_team(team), due.at) or await finding.open_ones(session, team):
        return None
    for at, day, ritual in await _coming(session, team, due.at - A_MINUTE, due.at):
        if at != due.at or ritual.slug != WITH_ROUND_UP:
            continue
        planned = await occasions.known(session, ritual, day) or await occasions.plan(session, team, ritual, day, at)
        _, occasion = await occasions.one(session, team.workspace_id, planned.id)
        if occasion.state == State.PLANNED and ritual.comes_on(day):
            return await _opened(session, team, ritual, occasion, now=due.at)
    return None


def _ends_round_up(team: Team, ritual: Ritual, at: datetime) -> bool:
    local, chosen = at.astimezone(ZoneInfo(team.zone)), Settings.of(team)
    comes_now = chosen.summary and (local.weekday(), local.time()) == (chosen.summary_day, chosen.summary_at)
    return ritual.slug == WITH_ROUND_UP and comes_now


async def _opened(
    session: AsyncSession, team: Team, ritual: Ritual, occasion: Occasion, *, now: datetime
) -> Post | None:
    """It comes now; None when there is nothing to say after all."""
    occasion.starts_at = now
    if ritual.slug in SETTLED and not await SETTLED[ritual.slug](session, team, occasion):
        await _release(session, ritual, occasion, now=now)
        occasion.state = State.LET_GO
        return None
    await _begin_hosting(session, team, ritual, occasion, now)
    occasion.state = State.SAID
    await ritual_answers.expect(session, team, ritual, occasion, now=now)
    if ritual.slug in FOLLOWED:
        await FOLLOWED[ritual.slug](session, team, occasion, now=now)
    return await ritual_cards.post(session, team, ritual, occasion)


async def _give_way(session: AsyncSession, team: Team, ritual: Ritual, occasion: Occasion, *, now: datetime) -> None:
    """The queue comes first: one line, which says later what became of it."""
    later = now + HALF_AN_HOUR
    if moment.lasts(hours_routine.of_team(team), later, HALF_AN_HOUR):
        await open_later(session, team, occasion, later, now=now)
        if occasion.state == State.PLANNED:
            occasion.state = State.WAITING
            await ritual_cards.say(session, team, cards.waits(ritual, occasion), now=now)
        return
    await _release(session, ritual, occasion, now=now)
    has_waited, occasion.state = occasion.state == State.WAITING, State.LET_GO
    again = next((at for at in await dates(session, team, ritual, now=now) if at > now + HALF_AN_HOUR), None)
    line = cards.let_go(team, ritual, occasion, again)
    if has_waited:
        await outbox.edit(session, line, to=team.channel, not_before=now)
    else:
        await ritual_cards.say(session, team, line, now=now)


async def open_later(session: AsyncSession, team: Team, occasion: Occasion, at: datetime, *, now: datetime) -> None:
    await ritual_cards.later(session, team, occasion, at, HOLD_LATER, now=now)


async def _coming(
    session: AsyncSession, team: Team, now: datetime, until: datetime
) -> list[tuple[datetime, date, Ritual]]:
    """When each ritual comes from now on, up to an instant: those very instants, each with the day it stands for."""
    known = {each.id: each for each in await keeping.of_team(session, team) if each.id}
    found: list[tuple[datetime, date, Ritual]] = []
    by_rule = set()
    for due in await timetable.due_until(session, team, HOLD, until):
        ritual, day = known.get(due.about.id), occasions.day_of(team, due.at)
        by_rule.add((due.about.id, day))
        if ritual and ritual.comes_on(day) and (at := occasions.moment(team, ritual, due.at, due.then)):
            found.append((at, day, ritual))
    for each in await occasions.planned(session, team, now=now, until=until):
        ritual = known.get(each.ritual_id)
        if ritual and ritual.may_come_on(each.day) and (each.ritual_id, each.day) not in by_rule:
            found.append((each.starts_at, each.day, ritual))
    return sorted((each for each in found if now < each[0] <= until), key=lambda each: each[0])


async def coming(session: AsyncSession, team: Team, *, now: datetime, until: datetime) -> list[tuple[datetime, Said]]:
    """For a preview of a team's weeks."""
    routine = hours_routine.of_team(team)
    found = [] if team.is_closed else await _coming(session, team, now, until)
    said = [(moment.next_good(routine, at) or at, lists.told(ritual)) for at, _, ritual in found]
    return [each for each in said if each[0] <= until]


async def dates(session: AsyncSession, team: Team, ritual: Ritual, *, now: datetime, number: int = 4) -> list[datetime]:
    """The next times of a ritual; of one that is off, if it were switched on now."""
    if ritual.is_on:
        found = [at for at, _, each in await _coming(session, team, now, now + FAR) if each.id == ritual.id]
    else:
        found = if_on(team, ritual.rule, ritual.at, now=now, number=number)
    return found[:number]


def if_on(team: Team, rule: str, at: time, *, now: datetime, number: int = 4) -> list[datetime]:
    """The next times of a rule."""
    routine = hours_routine.of_team(team)
    found = recurrence.dates(rule, at, team.zone, now, 3 * number)
    return [each for each in found if moment.works_on(routine, each)][:number]


async def entries(session: AsyncSession, team: Team, *, now: datetime) -> list[Entry]:
    """All rituals that stand for themselves, as the list shows them."""
    ahead = await occasions.ahead(session, team, now=now)
    next_at: dict[int, datetime] = {}
    for at, _, ritual in await _coming(session, team, now, now + FAR):
        next_at.setdefault(ritual.id, at)
    return [
        Entry(each, next_at.get(each.id), ahead.get(each.id)) if each.is_on else Entry(each)
        for each in await keeping.of_team(session, team)
        if not each.what.pack
    ]


TIMETABLE = [Recurring(look_ahead, "Rituals", "FREQ=DAILY", time(7), late=timedelta(hours=12), told="")]
HOLD, HOLD_LATER = JobName("rituals.hold"), JobName("rituals.hold_later")
JOBS = [Job(hold), Job(hold_later)]
