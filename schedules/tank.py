"""The fun tank by the clock, and the acts of other features that move it."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot import homes
from bot.candidates import Candidate, Seat
from bot.directory import unnamed
from bot.features.occasions.tables import Occasion
from bot.features.shadowing.tables import Roadblock
from bot.features.shoutouts import credits
from bot.features.shoutouts.tables import Shoutout
from bot.features.spikes import history
from bot.features.spikes.tables import Spike
from bot.features.tank import causes, helping, moving, reading
from bot.features.tank.causes import Cause
from bot.features.tank.helping import LOW
from bot.features.tickets import learning
from bot.features.visits.tables import Debrief
from bot.homes import Visitor
from bot.messages.tank import gauge, nudges
from bot.nudges.rules import Rule
from bot.outbox import outbox
from bot.outbox.tables import Priority
from bot.teams import membership
from bot.teams.tables import Team
from bot.timetable.jobs import Recurring, daily
from bot.timetable.recurrence import MONDAY
from bot.timetable.tables import Occurrence


async def move(
    session: AsyncSession,
    team: Team,
    cause: Cause,
    *,
    about: str,
    now: datetime,
    amount: int | None = None,
    whose: str = "",
) -> None:
    """Move a team's tank; the team hears so when that fills it."""
    await moving.move(session, team, cause, about=about, now=now, amount=amount, whose=whose)
    await tell(session, team, now=now)


async def tell(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Say that the tank is full, when the team has not heard so. The tank is held."""
    if await moving.news(session, team):
        post = gauge.full(team)
        await outbox.put(session, post, to=team.channel, not_before=now, priority=Priority.RITUAL, hours_of=team)
        await _touch(session, team, now=now)


async def thanked(session: AsyncSession, team: Team, act: Shoutout, *, now: datetime) -> None:
    """Thanks are given, or taken back: one point for each giver and message, however many acts say so."""
    cause = Cause.SHOUTOUT if act.is_public else Cause.PRIVATE_THANKS
    about = unnamed(act.message, act.giver_id)
    if act.is_given:
        await move(session, team, cause, about=about, now=now, whose=unnamed(act.giver_id))
    elif not await credits.stands_elsewhere(session, act):
        await moving.take_back(session, team, cause, about=about, now=now)


async def out_of_the_way(session: AsyncSession, roadblock: Roadblock, *, now: datetime) -> None:
    """A roadblock that a leader took on is removed."""
    team = await session.get_one(Team, roadblock.team_id)
    await move(session, team, Cause.ROADBLOCK, about=f"owned:{roadblock.id}", now=now)


async def promise_kept(session: AsyncSession, debrief: Debrief, *, now: datetime) -> None:
    """What a sponsor promised after a visit is done."""
    team = await session.get_one(Team, debrief.team_id)
    await move(session, team, Cause.PROMISE, about=f"visit:{debrief.visit_id}", now=now)


async def celebrated(session: AsyncSession, team: Team, what: str, *, now: datetime) -> None:
    """Something was celebrated before the whole team."""
    await move(session, team, Cause.CELEBRATION, about=what, now=now)


async def occasion_kept(session: AsyncSession, team: Team, occasion: Occasion, *, now: datetime) -> None:
    """Move the tank for a birthday or anniversary that the channel has just read."""
    await move(session, team, Cause.OCCASION, about=str(occasion.id), now=now)


async def took_part(session: AsyncSession, team: Team, occasion_id: int, person_id: str, *, now: datetime) -> None:
    """Somebody took part in a ritual."""
    await move(session, team, Cause.RITUAL, about=unnamed(str(occasion_id), person_id), now=now)


async def calm(session: AsyncSession, team: Team, spike: Spike, *, now: datetime) -> None:
    """A spike is over. One that was re-opened counts anew, as the whole that it has become."""
    minutes = ((spike.resolved_at or now) - spike.opened_at).total_seconds() / 60
    amount = causes.of_spike(minutes, spike.peak, spike.threshold)
    await moving.take_back(session, team, Cause.SPIKE, about=str(spike.id), now=now)
    await moving.move(session, team, Cause.SPIKE, about=str(spike.id), amount=amount, now=now)


async def drain(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """On each day that the team works. Whoever moved it without a word may have filled it: that is told now."""
    await moving.hold(session, team, now=due.at)
    await tell(session, team, now=due.at)
    await moving.drain(session, team, now=due.at)
    await _touch(session, team, now=due.at)


async def sum_up(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The week's private sum."""
    await moving.sum_up(session, team, now=due.at)
    await tell(session, team, now=due.at)


async def find(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Leaders whose team's tank is low, at a moment at which something can be done before the queues peak."""
    found = []
    for seat, level in await helping.low(session, seats):
        peak = await _peak(session, seat.team, now)
        found.append(helping.remind(seat, level, await reading.lately(session, seat.team, now=now), peak, now))
    return [each for each in found if each]


async def _peak(session: AsyncSession, team: Team, now: datetime) -> int | None:
    """When its queues usually peak: by its spikes, else by its tickets."""
    known = await history.usual_peak(session, team, now=now)
    return await learning.usual_peak(session, team) if known is None else known


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """How full each team's tank is."""
    return [block for team in visitor.teams for block in gauge.at_home(team, await reading.level(session, team))]


async def _touch(session: AsyncSession, team: Team, *, now: datetime) -> None:
    homes.touch(session, team.workspace_id, await membership.everybody(session, team), now=now)


TIMETABLE = [
    Recurring(
        sum_up, "The fun tank's week", f"FREQ=WEEKLY;BYDAY={MONDAY}", time(4, 30), late=timedelta(days=6), told=""
    ),
    daily(time(5), drain, title="The fun tank's day", told="", late=timedelta(hours=18)),
]
NUDGES = [Rule(LOW, "a fun tank that is low", nudges.low, find)]
