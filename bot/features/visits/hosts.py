"""The host pool: the agents of a team who take turns hosting a sponsor's visits, and the times that suit them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Span
from bot.escalation.models import Ask
from bot.escalation.models import Kind as AskedFor
from bot.escalation.models import State as Asked
from bot.features.visits.settings import Settings
from bot.meetings.models import OPEN, Meeting, State
from bot.meetings.queries import find_busy
from bot.meetings.settings import ShadowingPreferences
from bot.org import people
from bot.org.availability import good_moments, slots, working_hours
from bot.org.people import Person
from bot.org.teams.models import Member, Role, Team

CHOICES = 3
SOONEST = timedelta(days=5)
MORNING_MARGIN = timedelta(hours=1)
TURN_MEMORY = timedelta(days=365)


@dataclass(frozen=True)
class HostPool:
    """The agents who can host a visit, longest waiting first, and the busy times of everybody involved."""

    team: Team
    hosts: Sequence[Person]
    busy: Sequence[slots.Busy] = ()

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=Settings.of(self.team).minutes)

    def find_times(self, sponsor: Person, now: datetime) -> list[datetime]:
        """Return up to three times that suit the sponsor and one host: the first in turn who has a free time.

        They start at least five days ahead, so that there is time to ask one host after another.
        """
        routine = working_hours.person_hours(sponsor, self.team)
        after = good_moments.next_morning(routine, now + SOONEST) + MORNING_MARGIN
        for host in self.hosts:
            pair = [routine, working_hours.person_hours(host, self.team)]
            if found := slots.find_slots(pair, after, self.length, CHOICES, self._taken(sponsor, host)):
                return found
        return []

    def find_host(self, sponsor: Person, at: datetime, passed: Collection[str] = ()) -> Person | None:
        """Return the next host in turn who is at work and free at a time, or None."""
        return next(
            (each for each in self.hosts if each.id not in passed and self.is_possible(sponsor, each, at)), None
        )

    def is_possible(self, sponsor: Person, host: Person, at: datetime) -> bool:
        """Return whether the host is at work at a time, and both host and sponsor are free.

        The sponsor's working hours do not count, because the sponsor picks or accepts the time.
        """
        routine = working_hours.person_hours(host, self.team)
        return slots.suits_everybody([routine], at, self.length) and not self.is_taken(at, sponsor, host)

    def without(self, meeting: Meeting) -> "HostPool":
        """Return the pool without the busy time of one visit, for which another host may be found."""
        return replace(self, busy=[each for each in self.busy if each.about != meeting.about])

    def is_taken(self, at: datetime, *people: Person) -> bool:
        """Return whether one of these people has something else planned at a time."""
        return any(start < at + self.length and at < end for start, end in self._taken(*people))

    def _taken(self, *people: Person) -> list[Span]:
        return [each.span for each in self.busy if each.ids & {person.id for person in people}]


async def find_host_pools(session: AsyncSession, teams: Collection[Team], now: datetime) -> dict[int, HostPool]:
    """Return the host pools of teams of one workspace, by team id, in a fixed number of queries."""
    by_id = {team.id: team for team in teams}
    if not by_id:
        return {}
    workspace_id = next(iter(by_id.values())).workspace_id
    places = await _places(session, by_id)
    turns = await _turns(session, by_id, now)
    theirs = select(Member.user_id).where(Member.team_id.in_(by_id), Member.left_at.is_(None))
    sponsors = {team.sponsor_id for team in teams if team.sponsor_id}
    involved = select(Person.id).where(
        Person.workspace_id == workspace_id, or_(Person.id.in_(theirs), Person.id.in_(sponsors))
    )
    planned = await find_busy(session, workspace_id, involved, now)
    return {id: HostPool(team, sort_by_turn(places[id], turns[id], team, now), planned) for id, team in by_id.items()}


async def find_host_pool(session: AsyncSession, team: Team, now: datetime) -> HostPool:
    """Return the host pool of one team."""
    return (await find_host_pools(session, [team], now))[team.id]


def sort_by_turn(
    places: Sequence[tuple[Person, datetime | None]], turns: Mapping[str, datetime], team: Team, now: datetime
) -> list[Person]:
    """Sort hosts by turn: first those who were last asked, or joined, longest ago.

    Ties are broken differently each month.
    """
    since = {person.id: turns.get(person.id) or joined_at or team.created_at for person, joined_at in places}
    lots = {person.id: people.draw_lot(person.id, "visits", team.id, now.year, now.month) for person, _ in places}
    return sorted((person for person, _ in places), key=lambda each: (since[each.id].date(), lots[each.id]))


async def _places(session: AsyncSession, teams: Collection[int]) -> dict[int, list[tuple[Person, datetime | None]]]:
    rows = await session.execute(
        select(Member.team_id, Person, Member.joined_at)
        .join(Person, and_(Person.workspace_id == Member.workspace_id, Person.id == Member.user_id))
        .where(Member.team_id.in_(teams), Member.role == Role.AGENT, Member.left_at.is_(None))
        .order_by(Member.id)
    )
    places = defaultdict[int, list[tuple[Person, datetime | None]]](list)
    for team_id, person, joined_at in rows:
        if person.may_join and ShadowingPreferences.of(person).may_be_asked:
            places[team_id].append((person, joined_at))
    return places


async def _turns(session: AsyncSession, teams: Collection[int], now: datetime) -> dict[int, dict[str, datetime]]:
    """Return when each person last had a turn as host of a visit.

    A declined or expired ask is a turn, a canceled or missed visit is not.
    """
    had_turn = or_(
        Ask.state.in_([Asked.DECLINED, Asked.EXPIRED]), Meeting.state.in_([*OPEN, State.DECLINED, State.MET])
    )
    lately = (
        select(Ask.team_id, Ask.person_id, func.max(Ask.asked_at))
        .join(Meeting, Meeting.id == Ask.about_id)
        .where(Ask.team_id.in_(teams), Ask.kind == AskedFor.VISIT, Ask.asked_at > now - TURN_MEMORY, had_turn)
        .group_by(Ask.team_id, Ask.person_id)
    )
    turns = defaultdict[int, dict[str, datetime]](dict)
    for team_id, person_id, at in await session.execute(lately):
        turns[team_id][person_id] = at
    return turns
