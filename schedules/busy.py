"""Who has something planned, and when: what is asked before two people are offered a time."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Ids
from bot.features.oneonones import meetings
from bot.features.shadowing import rounds
from bot.features.visits import hosts
from bot.hours.slots import Busy


async def busy(session: AsyncSession, workspace_id: str, ids: Ids, now: datetime) -> list[Busy]:
    """All that these people have planned, of whatever feature."""
    return [
        *await meetings.busy(session, workspace_id, ids, now=now),
        *await rounds.busy(session, workspace_id, ids, now),
        *await hosts.busy(session, workspace_id, ids, now),
    ]
