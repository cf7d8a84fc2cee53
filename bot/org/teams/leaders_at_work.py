"""When a team's leaders are at work."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org import people as org_people
from bot.org.availability import good_moments, working_hours
from bot.org.teams import membership
from bot.org.teams.models import Team


async def next_leader_at(session: AsyncSession, team: Team, now: datetime) -> datetime | None:
    """Return when the first of a team's leaders is at work: `now` if one is there, None if nobody is expected."""
    ids = [member.user_id for member in await membership.leaders(session, team)]
    people = (await org_people.fetch_people(session, team.workspace_id, ids)).values()
    routines = [replace(working_hours.person_hours(each, team), quiet=None) for each in people]
    return min((at for each in routines if (at := good_moments.next_good_moment(each, now))), default=None)
