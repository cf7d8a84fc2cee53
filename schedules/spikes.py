"""Queue spikes by the clock: who is asked next, and what comes afterwards."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert
from bot.teams import Team


async def hear(session: AsyncSession, team: Team, alert: Alert, *, now: datetime) -> None:
    """A tool, or somebody, says how one of the team's queues is."""
