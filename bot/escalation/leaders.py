"""Which leaders of a team can be asked for help now, and in which order."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import TeamRow
from bot.escalation.models import Ask, Kind
from bot.escalation.queries import find_earlier_asks
from bot.escalation.rules import Candidate
from bot.org import people as org_people
from bot.org.availability import good_moments, working_hours
from bot.org.availability.absences import is_away
from bot.org.availability.working_hours import Day, WorkingHours
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Member, Team

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Facts:
    """Facts that decide which leaders can be asked and in which order, by the leader's id."""

    frontline: Mapping[str, int] = field(default_factory=dict)
    """Minutes with customers in the last 14 days."""
    busy: Collection[str] = ()
    """Leaders who are in a meeting or in a queue now; they are asked after the others."""
    asked: Collection[str] = ()
    """Leaders who have not answered another ask yet; they are asked after everybody else, deputies at work included."""
    own: Collection[str] = ()
    """The agent's own leaders, if they are asked first."""
    unavailable: Collection[str] = ()
    """Leaders who are helping an agent already, or are the asker themselves; they are not asked."""


async def list_candidates(
    session: AsyncSession, team: Team, kind: Kind, thing: TeamRow, facts: Facts, *, asks_deputies: bool = False,
    now: datetime,
) -> list[Candidate]:  # fmt: skip
    """Return a team's leaders as candidates to ask about a subject, each with a sort key and whether they are free.

    Leaders at work are free; with `asks_deputies`, deputies who are off work but can be reached are free too. These
    come last, and before them people with an open ask, then deputies, then leaders who are in a meeting or in a queue.
    The agent's own leader comes first; then those with the fewest minutes with customers, then those asked longest ago.
    """
    members = await membership.leaders(session, team)
    ids = [member.user_id for member in members]
    people = await org_people.fetch_people(session, team.workspace_id, ids)
    past = await find_earlier_asks(session, kind, thing, ids, since=now)
    found: list[Candidate] = []
    for member in members:
        if person := people.get(member.user_id):
            at = past[person.id]
            is_at_work = is_at_work_now(team, person, now)
            is_off_hours = asks_deputies and member.is_deputy and not is_at_work and can_be_reached(team, person, now)
            turn = is_off_hours, *_turn(member, facts), at.asked_at or NEVER
            lot = org_people.draw_lot(person.id, kind, thing.id)
            is_free = person.id not in facts.unavailable and (is_at_work or is_off_hours)
            found.append(Candidate(person, turn, lot, is_free, is_off_hours, sizes=at.sizes))
    return found


def _turn(member: Member, facts: Facts) -> tuple[bool, bool, bool, bool, int]:
    id = member.user_id
    return id in facts.asked, member.is_deputy, id in facts.busy, id not in facts.own, facts.frontline.get(id, 0)


def is_at_work_now(team: Team, person: Person, now: datetime) -> bool:
    """Return whether somebody is at work and can be messaged."""
    return good_moments.is_good_moment(working_hours.person_hours(person, team), now)


def can_be_reached(team: Team, person: Person, now: datetime) -> bool:
    """Return whether somebody can be messaged, whatever their working hours: neither away nor in Do Not Disturb."""
    return not is_away(person.absences, now) and good_moments.is_good_moment(_any_hour(team, person), now)


def _any_hour(team: Team, person: Person) -> WorkingHours:
    routine = working_hours.person_hours(person, team)
    return replace(routine, days=frozenset(Day), start=time.min, end=time.min, country="")


async def find_asked(session: AsyncSession, kind: Kind, thing: TeamRow) -> set[str]:
    """Return the ids of the people who were asked about a subject."""
    return {*await session.scalars(select(Ask.person_id).where(Ask.kind == kind, Ask.about_id == thing.id))}


async def find_unasked(session: AsyncSession, team: Team, kind: Kind, thing: TeamRow) -> dict[str, Person]:
    """Return the leaders who have not been asked about a subject yet, by id."""
    ids = {member.user_id for member in await membership.leaders(session, team)}
    asked = await find_asked(session, kind, thing)
    return await org_people.fetch_people(session, team.workspace_id, ids - asked)


async def find_deputies_off_work(
    session: AsyncSession, team: Team, kind: Kind, thing: TeamRow, now: datetime
) -> list[str]:
    """Return the ids of deputies who are not at work, can be reached, and have not been asked about a subject yet."""
    deputies = {each.user_id for each in await membership.leaders(session, team) if each.is_deputy}
    left = await find_unasked(session, team, kind, thing)
    return [
        each.id for each in left.values()
        if each.id in deputies and not is_at_work_now(team, each, now) and can_be_reached(team, each, now)
    ]  # fmt: skip


async def next_ask_at(session: AsyncSession, team: Team, kind: Kind, thing: TeamRow, now: datetime) -> datetime | None:
    """Return when the first leader who has not been asked about a subject yet can be asked; None if nobody is left."""
    left = (await find_unasked(session, team, kind, thing)).values()
    routines = [working_hours.person_hours(each, team) for each in left]
    return min((at for each in routines if (at := good_moments.next_good_moment(each, now))), default=None)


async def find_at_work(session: AsyncSession, team: Team, now: datetime) -> dict[str, Person]:
    """Return the team's leaders who are at work and can be messaged, by id."""
    ids = {member.user_id for member in await membership.leaders(session, team)}
    known = await org_people.fetch_people(session, team.workspace_id, ids)
    return {id: each for id, each in known.items() if is_at_work_now(team, each, now)}


async def next_leader_at(session: AsyncSession, team: Team, now: datetime) -> datetime | None:
    """Return when a leader of the team is next at work: `now` if one is there already, None if none is expected."""
    ids = [member.user_id for member in await membership.leaders(session, team)]
    people = (await org_people.fetch_people(session, team.workspace_id, ids)).values()
    routines = [replace(working_hours.person_hours(each, team), quiet=None) for each in people]
    return min((at for each in routines if (at := good_moments.next_good_moment(each, now))), default=None)
