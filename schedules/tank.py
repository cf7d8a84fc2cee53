"""The fun tank by the clock, and the acts of other features that move it."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot import homes, outbox, teams
from bot.candidates import Candidate, Seat
from bot.directory import unnamed
from bot.features import shoutouts, spikes, tank, tickets
from bot.features.occasions import Occasion
from bot.features.shadowing import Roadblock
from bot.features.shoutouts import Shoutout
from bot.features.spikes import Spike
from bot.features.tank import Cause
from bot.features.visits import Debrief
from bot.homes import Visitor
from bot.messages import tank as messages
from bot.nudges import Rule
from bot.outbox import Priority
from bot.teams import Team
from bot.timetable import MONDAY, Occurrence, Recurring, daily


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
    await tank.move(session, team, cause, about=about, now=now, amount=amount, whose=whose)
    await tell(session, team, now=now)


async def tell(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Say that the tank is full, when the team has not heard so. The tank is held."""
    if await tank.news(session, team):
        post = messages.full(team)
        await outbox.put(session, post, to=team.channel, not_before=now, priority=Priority.RITUAL, hours_of=team)
        await _touch(session, team, now=now)


async def thanked(session: AsyncSession, team: Team, act: Shoutout, *, now: datetime) -> None:
    """Thanks are given, or taken back: one point for each giver and message, however many acts say so."""
    cause = Cause.SHOUTOUT if act.is_public else Cause.PRIVATE_THANKS
    about = unnamed(act.message, act.giver_id)
    if act.is_given:
        await move(session, team, cause, about=about, now=now, whose=unnamed(act.giver_id))
    elif not await shoutouts.stands_elsewhere(session, act):
        await tank.take_back(session, team, cause, about=about, now=now)


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
    amount = tank.of_spike(minutes, spike.peak, spike.threshold)
    await tank.take_back(session, team, Cause.SPIKE, about=str(spike.id), now=now)
    await tank.move(session, team, Cause.SPIKE, about=str(spike.id), amount=amount, now=now)


async def drain(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """On each day that the team works. Whoever moved it without a word may have filled it: that is told now."""
    await tank.hold(session, team, now=due.at)
    await tell(session, team, now=due.at)
    await tank.drain(session, team, now=due.at)
    await _touch(session, team, now=due.at)


async def sum_up(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The week's private sum."""
    await tank.sum_up(session, team, now=due.at)
    await tell(session, team, now=due.at)


async def find(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Leaders whose team's tank is low, at a moment at which something can be done before the queues peak."""
    found = []
    for seat, level in await tank.low(session, seats):
        peak = await _peak(session, seat.team, now)
        found.append(tank.remind(seat, level, await tank.lately(session, seat.team, now=now), peak, now))
    return [each for each in found if each]


async def _peak(session: AsyncSession, team: Team, now: datetime) -> int | None:
    """When its queues usually peak: by its spikes, else by its tickets."""
    known = await spikes.usual_peak(session, team, now=now)
    return await tickets.usual_peak(session, team) if known is None else known


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """How full each team's tank is."""
    return [block for team in visitor.teams for block in messages.at_home(team, await tank.level(session, team))]


async def _touch(session: AsyncSession, team: Team, *, now: datetime) -> None:
    homes.touch(session, team.workspace_id, await teams.everybody(session, team), now=now)


TIMETABLE = [
    Recurring(
        sum_up, "The fun tank's week", f"FREQ=WEEKLY;BYDAY={MONDAY}", time(4, 30), late=timedelta(days=6), told=""
    ),
    daily(time(5), drain, title="The fun tank's day", told="", late=timedelta(hours=18)),
]
NUDGES = [Rule(tank.LOW, "a fun tank that is low", messages.low, find)]
