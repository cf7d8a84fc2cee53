"""Find leaders whom the bot can never reach, because messages to them wait for a good moment that never comes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org import people as org_people
from bot.org.availability import good_moments, working_hours
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team

DAY = timedelta(days=1)


class Barrier(StrEnum):
    """Why a person cannot be reached."""

    LEFT = "left"
    NO_DAYS = "no days"
    """The person has no working days."""
    QUIET = "quiet"
    """Do Not Disturb covers all of their working hours."""


def find_barrier(person: Person, team: Team, now: datetime) -> Barrier | None:
    """Return why a person can never be reached, or None. Absences do not count, because they end."""
    routine = replace(working_hours.person_hours(person, team), absences=())
    if person.has_left:
        return Barrier.LEFT
    if not routine.days:
        return Barrier.NO_DAYS
    is_quiet_now = routine.quiet is not None and routine.quiet[0] <= now < routine.quiet[1]
    if routine.quiet and is_quiet_now and routine.quiet[1] - routine.quiet[0] >= DAY:
        return Barrier.QUIET
    return Barrier.QUIET if good_moments.next_good_moment(routine, now) is None else None


async def find_unreachable_leaders(session: AsyncSession, team: Team, now: datetime) -> Mapping[str, Barrier]:
    """Return the leaders of a team who can never be reached, by id, with the reason."""
    ids = [member.user_id for member in await membership.leaders(session, team)]
    people = await org_people.fetch_people(session, team.workspace_id, ids)
    found = {id: find_barrier(person, team, now) for id, person in people.items()}
    return {id: barrier for id, barrier in found.items() if barrier}
