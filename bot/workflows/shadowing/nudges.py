"""Register what shadowing reminds leaders of."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shadowing import nudges as shadowing_nudges
from bot.features.shadowing.nudges import ROADBLOCK, SUGGEST
from bot.messages.shadowing import nudges
from bot.nudges.candidates import Candidate
from bot.nudges.policy import NudgeKind
from bot.org.teams.membership import Seat
from bot.workflows.meetings import find_busy


async def find_suggestions(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Whom leaders could sit beside this week, not over anything that is planned already."""
    return await shadowing_nudges.find_suggestions(session, seats, now, busy=find_busy)


NUDGES = [
    NudgeKind(SUGGEST, "whom to sit beside next", nudges.suggestion, find_suggestions),
    NudgeKind(ROADBLOCK, "roadblocks whose day has come", nudges.roadblock, shadowing_nudges.find_roadblock_reminders),
]
