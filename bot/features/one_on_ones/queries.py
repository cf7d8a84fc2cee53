"""Queries to find, start and end pairs, and to find their meetings, for the two of them only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.models import Span
from bot.errors import AnswerTooLate, Refusal
from bot.features.one_on_ones import rules
from bot.features.one_on_ones.settings import Settings
from bot.meetings.models import OPEN, Kind, Meeting, Series, State
from bot.meetings.rules import Pair, cancel
from bot.org import people as org_people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import common
from bot.refusals import one_on_ones as refusals

BEFORE_NEXT = (State.MET, State.MISSED, State.CANCELLED, State.EXPIRED)
"""States in which a meeting's card offers the leader to book the next one."""


async def reconcile_pairs(session: AsyncSession, team: Team, *, now: datetime) -> list[Meeting]:
    """Update a team's pairs to match its members; cancel and return open meetings of pairs that have ended."""
    await membership.lock_team(session, team.id)
    leaders, agents = rules.list_leaders_and_agents(await membership.members(session, team))
    every = (await session.scalars(select(Series).where(Series.team_id == team.id).order_by(Series.id))).all()
    active = [each for each in every if each.ended_at is None]
    stay = [each for each in active if each.agent_id in agents and each.leader_id in leaders]
    ended = [each for each in active if each not in stay]
    for series in ended:
        series.ended_at = now
    _assign_leaders(session, team, leaders, agents, every, stay, ended, now)
    await session.flush()
    return await _cancel_meetings(session, ended, now)


def _assign_leaders(
    session: AsyncSession, team: Team, leaders: Sequence[str], agents: Sequence[str], every: Sequence[Series],
    stay: Sequence[Series], ended: Sequence[Series], now: datetime,
) -> None:  # fmt: skip
    """Assign each agent without a leader to the leader with the fewest agents."""
    load = Counter(dict.fromkeys(leaders, 0))
    load.update(each.leader_id for each in stay)
    known, before = {each.pair: each for each in every}, {each.agent_id: each for each in ended}
    for agent in agents if leaders else ():
        if agent not in {each.agent_id for each in stay}:
            leader = min(leaders, key=lambda each: load[each])
            pair = leader, agent
            _start_series(session, team, pair, load[leader], before.get(agent), known.get(pair), now)
            load[leader] += 1


def _start_series(
    session: AsyncSession, team: Team, pair: tuple[str, str], before: int, heir_of: Series | None, again: Series | None,
    now: datetime,
) -> None:  # fmt: skip
    """Start or restart a pair's series of meetings; an agent with a new leader keeps the rule and the due date."""
    settings, today = Settings.of(team), now.astimezone(ZoneInfo(team.zone)).date()
    due_on = rules.first_due(today, before, settings.weekly)
    series = again or Series(team.workspace_id, team.id, *pair, rule=settings.cadence, due_on=due_on, since=now)
    series.ended_at, series.due_on = None, due_on
    if heir_of:
        series.rule, series.due_on, series.since = heir_of.rule, heir_of.due_on, heir_of.since
        series.met_on, series.is_missed, series.asked_at = heir_of.met_on, heir_of.is_missed, heir_of.asked_at
    session.add(series)


async def _cancel_meetings(session: AsyncSession, ended: Sequence[Series], now: datetime) -> list[Meeting]:
    theirs = select(Meeting).where(Meeting.series_id.in_([each.id for each in ended]), Meeting.state.in_(OPEN))
    meetings = list(await session.scalars(theirs.order_by(Meeting.id)))
    for meeting in meetings:
        cancel(meeting, now=now)
    return meetings


async def find_open_meeting(session: AsyncSession, series: Series) -> Meeting | None:
    """Lock a pair's series of meetings and return its open meeting, or None."""
    await locks.lock_row(session, Series, series.id)
    theirs = select(Meeting).where(Meeting.series_id == series.id, Meeting.state.in_(OPEN))
    return await session.scalar(theirs.order_by(Meeting.id.desc()).limit(1))


async def find_closed_meeting(session: AsyncSession, series: Series, *, since: datetime, but: int) -> Meeting | None:
    """Return a pair's last meeting that ended since then and whose card offers to book the next one, or None."""
    theirs = select(Meeting).where(
        Meeting.series_id == series.id, Meeting.id != but, Meeting.state.in_(BEFORE_NEXT), Meeting.is_confirmed,
        Meeting.ended_at > since,
    )  # fmt: skip
    return await session.scalar(theirs.order_by(Meeting.ended_at.desc(), Meeting.id.desc()).limit(1))


async def find_last_held(session: AsyncSession, series: Series, *, but: int) -> datetime | None:
    """Return when an agent's last one-on-one in the team began, which may have been with their former leader."""
    theirs = select(func.max(Meeting.starts_at)).where(
        Meeting.team_id == series.team_id, Meeting.kind == Kind.ONE_ON_ONE, Meeting.state == State.MET,
        Meeting.attendee_id == series.agent_id, Meeting.id != but,
    )  # fmt: skip
    return await session.scalar(theirs)


async def find_pair_of_series(
    session: AsyncSession, workspace_id: str, person_id: str, series_id: int, *, books: bool = False
) -> Pair:
    """Lock a series of meetings and return its pair. Raises `AnswerTooLate` unless the person is one of the two.

    With `books`, both people are locked too, so that nobody else books a meeting with them.
    """
    series = await session.get(Series, series_id)
    if series is None or series.workspace_id != workspace_id or person_id not in series.pair:
        raise AnswerTooLate(common.SETTLED[Kind.ONE_ON_ONE])
    if books:
        await org_people.lock_people(session, workspace_id, series.pair)
    await locks.lock_row(session, Series, series_id)
    pair = await load_pair(session, series)
    if not series.ended_at and not await membership.member(session, pair.team, person_id):
        raise AnswerTooLate(common.SETTLED[Kind.ONE_ON_ONE])
    return pair


async def load_pair(session: AsyncSession, series: Series) -> Pair:
    people = await org_people.fetch_people(session, series.workspace_id, series.pair)
    team = await session.get_one(Team, series.team_id)
    return Pair(team, people[series.leader_id], people[series.agent_id], series)


async def find_pair_with(session: AsyncSession, workspace_id: str, person_id: str, other_id: str) -> Pair:
    """Return the current or last pair that two people form. Raises `Refusal` if they were never a pair."""
    if other_id == person_id:
        raise Refusal(refusals.YOURSELF)
    either = or_(
        and_(Series.leader_id == person_id, Series.agent_id == other_id),
        and_(Series.leader_id == other_id, Series.agent_id == person_id),
    )
    theirs = select(Series).where(Series.workspace_id == workspace_id, either)
    series = await session.scalar(theirs.order_by(Series.ended_at.is_not(None), Series.id.desc()).limit(1))
    if series is None:
        raise Refusal(refusals.no_pair_with(other_id))
    return await load_pair(session, series)


async def find_pairs(session: AsyncSession, workspace_id: str, person_id: str) -> list[Pair]:
    """Return a person's pairs, those they lead first, by due date."""
    theirs = select(Series).where(
        Series.workspace_id == workspace_id,
        or_(Series.leader_id == person_id, Series.agent_id == person_id),
        Series.ended_at.is_(None),
    )
    found = (await session.scalars(theirs.order_by(Series.due_on, Series.id))).all()
    people = await org_people.fetch_people(session, workspace_id, {id for each in found for id in each.pair})
    pairs = [
        Pair(await session.get_one(Team, each.team_id), people[each.leader_id], people[each.agent_id], each)
        for each in found
    ]
    return sorted(pairs, key=lambda pair: pair.attendee.id == person_id)


async def shift_due_days(session: AsyncSession, person: Person, before: Sequence[Span], now: datetime) -> None:
    """Move the days on which a person's one-on-ones are due by how their absences have changed; see `shift_due`.

    `before` are the absences that were known until now.
    """
    today = person.local(now).date()
    pairs = await find_pairs(session, person.workspace_id, person.id)
    for pair in sorted(pairs, key=lambda pair: pair.series.id):
        await locks.lock_row(session, Series, pair.series.id, refresh=True)
        hours = {each.id: pair.hours(each) for each in pair.people}
        known = {**hours, person.id: replace(hours[person.id], absences=before)}
        series = pair.series
        series.due_on = rules.shift_due(series.rule, series.due_on, today, [*known.values()], [*hours.values()])


async def find_open_meetings(session: AsyncSession, pairs: Sequence[Pair]) -> dict[int, Meeting]:
    """Return the open meetings of pairs, by series id."""
    theirs = select(Meeting).where(Meeting.series_id.in_([each.series.id for each in pairs]), Meeting.state.in_(OPEN))
    found = await session.scalars(theirs.order_by(Meeting.id))
    return {each.series_id: each for each in found if each.series_id}
