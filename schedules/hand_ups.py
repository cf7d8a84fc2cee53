"""Scheduled jobs for hand-ups: ask the next leader, ask if the leader has come, end hand-ups with the agent's day."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.hand_ups import requests


async def ask_next(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Ask the next leader, because a pause is over or another leader has become available."""
    await requests.ask_again(session, team, due.about_id, now=due.at)


async def ask_if_there(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await requests.ask_whether_helper_arrived(session, team, due.about_id, now=due.at)


async def end_day(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await requests.end_with_working_day(session, team, due.about_id, now=due.at)
