"""Scheduled jobs for hard contacts: check for an answer, remind of a check-in, delete expired ones, close a month."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.hard_contacts import check_ins, endings, requests


async def check_answer(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Ask the agent about another leader if the picked one has not answered in time, counted from the delivery."""
    await requests.check_answer(session, team, due.about_id, now=due.at)


async def remind(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await check_ins.remind(session, team, due.about_id, now=due.at)


async def forget(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Delete a hard contact after three working days, because it names the people involved."""
    await endings.delete_expired(session, team, due.about_id, now=due.at)


async def close_month(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await endings.close_month(session, team, now=due.at)
