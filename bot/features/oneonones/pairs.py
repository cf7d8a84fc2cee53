"""A pair and its open meeting, as the two of them, and nobody else, get hold of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.directory import Person
from bot.errors import Passed, UserError
from bot.features.oneonones.settings import Settings
from bot.features.oneonones.tables import OPEN, Meeting, Series, State
from bot.hours import routine
from bot.hours.routine import Routine
from bot.teams import membership
from bot.teams.tables import Team

YOURSELF = "That's you. `/1on1` shows whom you have one-on-ones with."
GONE = "That one is settled already; `/1on1` shows what is planned."


@dataclass(frozen=True)
class Pair:
    """A series with the people and the team it is of."""

    series: Series
    team: Team
    leader: Person
    agent: Person

    @property
    def routines(self) -> list[Routine]:
        return [routine.of_person(self.leader, self.team), routine.of_person(self.agent, self.team)]

    def person(self, id: str) -> Person:
        return self.leader if id == self.leader.id else self.agent

    def must_be_active(self) -> None:
        if self.series.ended_at:
            raise UserError("You two are no pair any more: one of you left the team, or has another leader now.")

    def must_lead(self, person_id: str) -> None:
        if person_id != self.leader.id:
            raise UserError("That is for the leader of the two of you; `/1on1 ask` tells them that you would like one.")

    def must_be_agent(self, person_id: str) -> None:
        if person_id != self.agent.id:
            raise UserError("That is for the other one of the two of you to choose.")


def must_be_open(meeting: Meeting) -> None:
    if not meeting.is_open:
        raise Passed(GONE)


def must_be_unsaid(meeting: Meeting) -> None:
    if not meeting.is_unsaid:
        raise Passed(GONE)


async def open_one(session: AsyncSession, series: Series) -> Meeting | None:
    """The meeting of a pair that is not over; while somebody looks at it nobody else changes the pair."""
    await session.execute(select(Series.id).where(Series.id == series.id).with_for_update())
    theirs = select(Meeting).where(Meeting.series_id == series.id, Meeting.state.in_(OPEN))
    return await session.scalar(theirs.order_by(Meeting.id.desc()).limit(1))


async def pair_of(
    session: AsyncSession, workspace_id: str, person_id: str, series_id: int, *, books: bool = False
) -> Pair:
    """A pair, for one of the two alone; nobody else books something with either while it `books`."""
    series = await session.get(Series, series_id)
    if series is None or series.workspace_id != workspace_id or person_id not in series.pair:
        raise Passed(GONE)
    if books:
        await directory.hold(session, workspace_id, series.pair)
    await session.get(Series, series_id, with_for_update=True)
    pair = await completed(session, series)
    if not series.ended_at and not await membership.member(session, pair.team, person_id):
        raise Passed(GONE)
    return pair


async def one(
    session: AsyncSession, workspace_id: str, person_id: str, meeting_id: int, *, books: bool = False
) -> tuple[Pair, Meeting]:
    """A meeting and its pair, for one of the two alone."""
    meeting = await session.get(Meeting, meeting_id)
    if meeting is None or meeting.workspace_id != workspace_id:
        raise Passed(GONE)
    pair = await pair_of(session, workspace_id, person_id, meeting.series_id, books=books)
    await session.refresh(meeting)  # now that nobody else can change it
    return pair, meeting


async def completed(session: AsyncSession, series: Series) -> Pair:
    people = await directory.people(session, series.workspace_id, series.pair)
    team = await session.get_one(Team, series.team_id)
    return Pair(series, team, people[series.leader_id], people[series.agent_id])


def begin(session: AsyncSession, pair: Pair, state: State, now: datetime) -> Meeting:
    """A meeting of a pair that has none."""
    series, minutes = pair.series, Settings.of(pair.team).minutes
    meeting = Meeting(
        series.workspace_id, series.team_id, series.id, series.leader_id, series.agent_id, minutes, now, state
    )
    session.add(meeting)
    return meeting


async def of_pair(session: AsyncSession, workspace_id: str, person_id: str, other_id: str) -> Pair:
    """The pair that two people are, or last were; a `UserError` when they never were one."""
    if other_id == person_id:
        raise UserError(YOURSELF)
    either = or_(
        and_(Series.leader_id == person_id, Series.agent_id == other_id),
        and_(Series.leader_id == other_id, Series.agent_id == person_id),
    )
    theirs = select(Series).where(Series.workspace_id == workspace_id, either)
    series = await session.scalar(theirs.order_by(Series.ended_at.is_not(None), Series.id.desc()).limit(1))
    if series is None:
        raise UserError(f"You and <@{other_id}> have no one-on-ones. `/1on1` shows with whom you have them.")
    return await completed(session, series)


async def of_person(session: AsyncSession, workspace_id: str, person_id: str) -> list[Pair]:
    """The pairs that somebody is one of, those of whom they lead first, by how soon they are due."""
    theirs = select(Series).where(
        Series.workspace_id == workspace_id,
        or_(Series.leader_id == person_id, Series.agent_id == person_id),
        Series.ended_at.is_(None),
    )
    found = (await session.scalars(theirs.order_by(Series.due_on, Series.id))).all()
    people = await directory.people(session, workspace_id, {id for each in found for id in each.pair})
    pairs = [
        Pair(each, await session.get_one(Team, each.team_id), people[each.leader_id], people[each.agent_id])
        for each in found
    ]
    return sorted(pairs, key=lambda pair: pair.agent.id == person_id)


async def planned(session: AsyncSession, pairs: Sequence[Pair]) -> dict[int, Meeting]:
    """The open meetings of pairs, by series."""
    theirs = select(Meeting).where(Meeting.series_id.in_([each.series.id for each in pairs]), Meeting.state.in_(OPEN))
    return {meeting.series_id: meeting for meeting in await session.scalars(theirs.order_by(Meeting.id))}
