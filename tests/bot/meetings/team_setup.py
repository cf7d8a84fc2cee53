"""The team in tests of meetings: Maya and Ben lead Ana, Fay and Tom, and Eli is the sponsor."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.scheduler.models import ScheduledJob
from bot.workflows.one_on_ones import bookings
from tests.conftest import TUESDAY

LEADERS, AGENTS, SPONSOR = ("UMAYA", "UBEN"), ("UANA", "UFAY", "UTOM"), "UELI"


async def set_up_team(session: AsyncSession) -> Team:
    """Set up the team with these people, reconciled pairs and no scheduled jobs."""
    session.add_all(Person("T1", id, id[1:].lower(), "Europe/Lisbon") for id in ("UFAY", "UTOM"))
    team = await session.get_one(Team, 1)
    team.sponsor_id = SPONSOR
    await membership.set_leaders(session, team, leaders=LEADERS, agents=AGENTS, now=TUESDAY)
    await bookings.reconcile_pairs(session, team, now=TUESDAY)
    await session.execute(delete(ScheduledJob))
    return team
