"""Who meets whom: each agent has one leader, and a leader who leaves hands the rota on."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.oneonones import cadence
from bot.features.oneonones.settings import Settings
from bot.features.oneonones.tables import OPEN, Meeting, Series, State
from bot.teams import membership
from bot.teams.tables import Member, Role, Team


async def settle(session: AsyncSession, team: Team, *, now: datetime) -> list[Meeting]:
    """Bring a team's pairs up to date with who is in it; returns open meetings that cannot be, now cancelled."""
    await membership.hold(session, team.id)
    leaders, agents = who_meets(await membership.members(session, team))
    every = (await session.scalars(select(Series).where(Series.team_id == team.id).order_by(Series.id))).all()
    active = [each for each in every if each.ended_at is None]
    stay = [each for each in active if each.agent_id in agents and each.leader_id in leaders]
    ended = [each for each in active if each not in stay]
    for series in ended:
        series.ended_at = now
    _deal(session, team, leaders, agents, every, stay, ended, now)
    await session.flush()
    return await _cancelled(session, ended, now)


def who_meets(members: Sequence[Member]) -> tuple[list[str], list[str]]:
    """Leaders, deputies only where nobody else leads, and agents; both in the order in which they came."""
    lead = [member for member in members if member.role is Role.LEADER]
    first = [member for member in lead if not member.is_deputy] or lead
    return [each.user_id for each in first], [each.user_id for each in members if each.role is Role.AGENT]


def _deal(
    session: AsyncSession, team: Team, leaders: Sequence[str], agents: Sequence[str], every: Sequence[Series],
    stay: Sequence[Series], ended: Sequence[Series], now: datetime,
) -> None:  # fmt: skip
    """Give each agent who has no leader the one with the fewest."""
    load = Counter(dict.fromkeys(leaders, 0))
    load.update(each.leader_id for each in stay)
    known, before = {each.pair: each for each in every}, {each.agent_id: each for each in ended}
    for agent in agents if leaders else ():
        if agent not in {each.agent_id for each in stay}:
            leader = min(leaders, key=lambda each: load[each])
            pair = leader, agent
            _begin(session, team, pair, load[leader], before.get(agent), known.get(pair), now)
            load[leader] += 1


def _begin(
    session: AsyncSession, team: Team, pair: tuple[str, str], before: int, heir_of: Series | None, again: Series | None,
    now: datetime,
) -> None:  # fmt: skip
    """A pair begins, or begins again; an agent who had another leader before goes on waiting as they did."""
    settings, today = Settings.of(team), now.astimezone(ZoneInfo(team.zone)).date()
    due_on = cadence.first_due(today, before, settings.weekly)
    series = again or Series(team.workspace_id, team.id, *pair, rule=settings.cadence, due_on=due_on, since=now)
    series.ended_at, series.due_on = None, due_on
    if heir_of:
        series.rule, series.due_on, series.since = heir_of.rule, heir_of.due_on, heir_of.since
        series.met_on, series.is_missed, series.asked_at = heir_of.met_on, heir_of.is_missed, heir_of.asked_at
    session.add(series)


async def _cancelled(session: AsyncSession, ended: Sequence[Series], now: datetime) -> list[Meeting]:
    theirs = select(Meeting).where(Meeting.series_id.in_([each.id for each in ended]), Meeting.state.in_(OPEN))
    meetings = list(await session.scalars(theirs.order_by(Meeting.id)))
    for meeting in meetings:
        meeting.state, meeting.ended_at, meeting.sequence = State.CANCELLED, now, meeting.sequence + 1
    return meetings
