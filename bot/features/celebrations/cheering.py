"""A message that many people are glad about is celebrated, once: a person's, and never where somebody grieves.

Slack tells of reactions late, twice and out of order. Each keeps the time of its newest change; what is older changes
nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.database import insert
from bot.emoji import bare
from bot.features.celebrations.marks import GRIEF, glad_people
from bot.features.celebrations.saying import once
from bot.features.celebrations.settings import Settings
from bot.features.celebrations.tables import Celebration, Cheered, Cheering, Way
from bot.teams.tables import Team

COUNTS = timedelta(days=14)
"""So long after a message was written its reactions count; later nobody would know why it is spoken of."""
KEPT = COUNTS + timedelta(days=1)
NOBODY = ""


@dataclass(frozen=True)
class Cheer:
    """An emoji that somebody put on a message or took away."""

    channel_id: str
    ts: str
    author_id: str
    user_id: str
    emoji: str
    event_ts: str
    is_on: bool


@dataclass(frozen=True)
class Words:
    """What the words of a message say against a celebration."""

    channel_id: str
    ts: str
    thread: str | None
    """The message that it answers."""
    mark: str | None


async def cheer(session: AsyncSession, team: Team, seen: Cheer, *, now: datetime) -> tuple[Celebration, int] | None:
    """Keep a reaction; the celebration, and how many people are glad, when it was the one that was missing."""
    settings = Settings.of(team)
    if not settings.reactions or said_at(seen.ts) < now - COUNTS or not await _counts(session, team, seen):
        return None
    message = await _held(session, team, seen.channel_id, seen.ts)
    await _keep(session, message, seen.user_id, bare(seen.emoji), seen.event_ts, is_on=seen.is_on)
    glad = await _glad(session, message, settings)
    if glad < settings.reactions:
        return None
    source = f"message:{seen.channel_id}:{seen.ts}"
    made = await once(session, team, Way.CHEERED, source=source, now=now)
    return (made, glad) if made else None


async def is_mourned(session: AsyncSession, team: Team, said: Words) -> bool:
    """Whether somebody grieves in the thread that words stand in."""
    marks = select(Cheering.emoji).join(Cheered, Cheered.id == Cheering.message_id)
    its = (Cheered.workspace_id == team.workspace_id, Cheered.channel_id == said.channel_id, Cheered.ts == said.thread)
    return await session.scalar(marks.where(*its, Cheering.emoji == GRIEF)) is not None


async def hear(session: AsyncSession, team: Team, said: Words) -> None:
    """Keep what words say against a celebration, but neither the words nor who wrote them.

    Grief is meant for the whole thread: a reply marks the message that it answers, and what is written there later
    comes here without a mark of its own.
    """
    mark = said.mark or GRIEF
    for ts in sorted({said.ts, said.thread or said.ts} if mark == GRIEF else {said.ts}):
        message = await _held(session, team, said.channel_id, ts)
        await _keep(session, message, NOBODY, mark, ts, is_on=True)


def said_at(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


async def _counts(session: AsyncSession, team: Team, seen: Cheer) -> bool:
    """Whether the reaction is somebody's of the workspace, and under a person's message."""
    known = await directory.people(session, team.workspace_id, [seen.user_id, seen.author_id])
    reader, author = known.get(seen.user_id), known.get(seen.author_id)
    return reader is not None and reader.may_join and author is not None and not author.is_bot


async def _held(session: AsyncSession, team: Team, channel_id: str, ts: str) -> Cheered:
    """The message, which nobody else counts for meanwhile."""
    row = {"workspace_id": team.workspace_id, "channel_id": channel_id, "ts": ts, "said_at": said_at(ts)}
    await session.execute(insert(session, Cheered).values(row).on_conflict_do_nothing())
    its = select(Cheered).where(
        Cheered.workspace_id == team.workspace_id, Cheered.channel_id == channel_id, Cheered.ts == ts
    )
    return (await session.scalars(its.with_for_update())).one()


async def _keep(
    session: AsyncSession, message: Cheered, user_id: str, emoji: str, event_ts: str, *, is_on: bool
) -> None:
    row = {"message_id": message.id, "user_id": user_id, "emoji": emoji}
    news = {"event_ts": event_ts, "is_on": is_on}
    kept = insert(session, Cheering).values({**row, **news})
    await session.execute(
        kept.on_conflict_do_update(index_elements=list(row), set_=news, where=Cheering.event_ts < event_ts)
    )


async def _glad(session: AsyncSession, message: Cheered, settings: Settings) -> int:
    there = select(Cheering.user_id, Cheering.emoji).where(Cheering.message_id == message.id, Cheering.is_on)
    return glad_people([(user_id, emoji) for user_id, emoji in await session.execute(there)], settings.glad)
