"""Queries on celebrations, and on reactions to messages that may become celebrations."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import insert
from bot.features.celebrations import rules
from bot.features.celebrations.models import Celebration, Cheer, CheeredMessage, Way
from bot.features.celebrations.rules import GRIEF, WrittenMark, count_glad_people
from bot.features.celebrations.settings import Settings
from bot.org.teams.models import Team


async def add_once(
    session: AsyncSession, team: Team, way: Way, *, source: str, person_id: str | None = None, words: str = "",
    now: datetime,
) -> Celebration | None:  # fmt: skip
    """Add a celebration and return it, or return None if one with the same source exists (idempotent)."""
    row = {
        "workspace_id": team.workspace_id, "team_id": team.id, "source": source, "way": way, "made_at": now,
        "person_id": person_id, "words": words,
    }  # fmt: skip
    return await session.scalar(
        insert(session, Celebration).values(row).on_conflict_do_nothing().returning(Celebration)
    )


async def is_grieved_in_thread(session: AsyncSession, team: Team, said: WrittenMark) -> bool:
    """Return whether the message that started a thread is marked as news of a loss."""
    marks = select(Cheer.emoji).join(CheeredMessage, CheeredMessage.id == Cheer.message_id)
    its = (
        CheeredMessage.workspace_id == team.workspace_id,
        CheeredMessage.channel_id == said.channel_id,
        CheeredMessage.ts == said.thread,
    )
    return await session.scalar(marks.where(*its, Cheer.emoji == GRIEF)) is not None


async def lock_message(session: AsyncSession, team: Team, channel_id: str, ts: str) -> CheeredMessage:
    """Lock and return a message with reactions, creating its row if needed, so that they are counted one at a time."""
    row = {"workspace_id": team.workspace_id, "channel_id": channel_id, "ts": ts, "said_at": rules.sent_at(ts)}
    await session.execute(insert(session, CheeredMessage).values(row).on_conflict_do_nothing())
    its = select(CheeredMessage).where(
        CheeredMessage.workspace_id == team.workspace_id,
        CheeredMessage.channel_id == channel_id,
        CheeredMessage.ts == ts,
    )
    return (await session.scalars(locks.for_update(its, CheeredMessage))).one()


async def save_cheer(
    session: AsyncSession, message: CheeredMessage, user_id: str, emoji: str, event_ts: str, *, is_on: bool
) -> None:
    row = {"message_id": message.id, "user_id": user_id, "emoji": emoji}
    news = {"event_ts": event_ts, "is_on": is_on}
    kept = insert(session, Cheer).values({**row, **news})
    await session.execute(
        kept.on_conflict_do_update(index_elements=list(row), set_=news, where=Cheer.event_ts < event_ts)
    )


async def count_glad(session: AsyncSession, message: CheeredMessage, settings: Settings) -> int:
    there = select(Cheer.user_id, Cheer.emoji).where(Cheer.message_id == message.id, Cheer.is_on)
    return count_glad_people([(user_id, emoji) for user_id, emoji in await session.execute(there)], settings.glad)
