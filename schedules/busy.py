"""Who has something planned, and when: what is asked before two people are offered a time."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot import hours
from bot.directory import Ids
from bot.features import oneonones, shadowing, visits


async def busy(session: AsyncSession, workspace_id: str, ids: Ids, now: datetime) -> list[hours.Busy]:
    """All that these people have planned, of whatever feature."""
    return [
        *await oneonones.busy(session, workspace_id, ids, now=now),
        *await shadowing.busy(session, workspace_id, ids, now),
        *await visits.busy(session, workspace_id, ids, now),
    ]
