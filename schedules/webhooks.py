"""Scheduled job for webhooks: process the events that were held back (folded) in a flood."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import webhooks


async def unfold(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await webhooks.process_held_events(session, team, due.about_id, now=due.at)
