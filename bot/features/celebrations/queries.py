"""Queries on celebrations, and on reactions to messages that may become celebrations."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import insert
from bot.features.celebrations import rules
from bot.features.celebrations.models import Celebration, MessageReaction, ReactedMessage, Way
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


async def is_thread_about_loss(session: AsyncSession, team: Team, said: WrittenMark) -> bool:
    """Return whether the message that started a thread is marked as news of a death or other loss."""
    marks = select(MessageReaction.emoji).join(ReactedMessage, ReactedMessage.id == MessageReaction.message_id)
    its = (
        ReactedMessage.workspace_id == team.workspace_id,
        ReactedMessage.channel_id == said.channel_id,
        ReactedMessage.ts == said.thread,
    )
    return await session.scalar(marks.where(*its, MessageReaction.emoji == GRIEF)) is not None


async def lock_message(session: AsyncSession, team: Team, channel_id: str, ts: str) -> ReactedMessage:
    """Lock and return a message with reactions, creating its row if needed, so that they are counted one at a time."""
    row = {"workspace_id": team.workspace_id, "channel_id": channel_id, "ts": ts, "said_at": rules.sent_at(ts)}
    await session.execute(insert(session, ReactedMessage).values(row).on_conflict_do_nothing())
    its = select(ReactedMessage).where(
        ReactedMessage.workspace_id == team.workspace_id,
        ReactedMessage.channel_id == channel_id,
        ReactedMessage.ts == ts,
    )
    return (await session.scalars(locks.for_update(its, ReactedMessage))).one()


async def save_reaction(
    session: AsyncSession, message: ReactedMessage, user_id: str, emoji: str, event_ts: str, *, is_on: bool
) -> None:
    row = {"message_id": message.id, "user_id": user_id, "emoji": emoji}
    news = {"event_ts": event_ts, "is_on": is_on}
    kept = insert(session, MessageReaction).values({**row, **news})
    await session.execute(
        kept.on_conflict_do_update(index_elements=list(row), set_=news, where=MessageReaction.event_ts < event_ts)
    )


async def count_glad(session: AsyncSession, message: ReactedMessage, settings: Settings) -> int:
    there = select(MessageReaction.user_id, MessageReaction.emoji).where(
        MessageReaction.message_id == message.id, MessageReaction.is_on
    )
    return count_glad_people([(user_id, emoji) for user_id, emoji in await session.execute(there)], settings.glad)
