"""Scheduled jobs for birthdays and work anniversaries: plan them each morning, and post congratulations when due."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import birthdays


async def plan_upcoming(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Schedule the birthdays and anniversaries of the next weeks, and open birthday cards for signing."""
    await birthdays.schedule_occasions(session, team, await membership.everybody(session, team), now=due.at)


async def give(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await birthdays.congratulate_due(session, team, due.about_id, now=due.at)
