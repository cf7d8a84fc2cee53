"""Tickets that came and went are counted; too many at once are a spike."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Ticket
from bot.teams import Team


async def count(session: AsyncSession, team: Team, tickets: Sequence[Ticket], *, now: datetime) -> None:
    """Tickets came into the team's queues, or left them."""
