"""A message that many people react to is celebrated, once.

Slack tells of reactions late, twice and out of order. Each keeps the time of its newest change; what is older changes
nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.database import insert
from bot.features.celebrations.saying import once
from bot.features.celebrations.settings import Settings
from bot.features.celebrations.tables import Celebration, Cheered, Cheering, Way
from bot.teams import Team

COUNTS = timedelta(days=14)
"""So long after a message was written its reactions count; later nobody would know why it is spoken of."""
KEPT = COUNTS + timedelta(days=1)
SORRY = {
    "-1", "angry", "broken_heart", "candle", "confused", "cry", "crying_cat_face", "disappointed", "dove_of_peace",
    "face_holding_back_tears", "frowning", "hugging_face", "mending_heart", "pensive", "people_hugging", "rage",
    "sad", "sad_but_relieved_face", "slightly_frowning_face", "sob", "thumbsdown", "weary", "white_frowning_face",
    "worried",
}  # fmt: skip
"""Where one of these stands people feel with somebody, and a celebration would hurt."""


@dataclass(frozen=True)
class Cheer:
    """An emoji that somebody put on a message or took away."""

    channel_id: str
    ts: str
    user_id: str
    emoji: str
    event_ts: str
    is_on: bool

    @property
    def said_at(self) -> datetime:
        return datetime.fromtimestamp(float(self.ts), UTC)


async def cheer(session: AsyncSession, team: Team, seen: Cheer, *, now: datetime) -> tuple[Celebration, int] | None:
    """Keep a reaction; the celebration, and how many people reacted, when it was the one that was missing."""
    wanted = Settings.of(team).reactions
    if not wanted or seen.said_at < now - COUNTS or not await _may_cheer(session, team, seen.user_id):
        return None
    message = await _held(session, team, seen)
    await _keep(session, message, seen)
    glad = await _glad(session, message)
    if glad < wanted:
        return None
    source = f"message:{seen.channel_id}:{seen.ts}"
    made = await once(session, team, Way.CHEERED, source=source, now=now)
    return (made, glad) if made else None


async def _may_cheer(session: AsyncSession, team: Team, user_id: str) -> bool:
    known = await directory.people(session, team.workspace_id, [user_id])
    return user_id in known and known[user_id].may_join


async def _held(session: AsyncSession, team: Team, seen: Cheer) -> Cheered:
    """The message, which nobody else counts for meanwhile."""
    row = {"workspace_id": team.workspace_id, "channel_id": seen.channel_id, "ts": seen.ts, "said_at": seen.said_at}
    await session.execute(insert(session, Cheered).values(row).on_conflict_do_nothing())
    its = select(Cheered).where(
        Cheered.workspace_id == team.workspace_id, Cheered.channel_id == seen.channel_id, Cheered.ts == seen.ts
    )
    return (await session.scalars(its.with_for_update())).one()


async def _keep(session: AsyncSession, message: Cheered, seen: Cheer) -> None:
    emoji = seen.emoji.partition("::")[0]
    row = {"message_id": message.id, "user_id": seen.user_id, "emoji": emoji}
    news = {"event_ts": seen.event_ts, "is_on": seen.is_on}
    kept = insert(session, Cheering).values({**row, **news})
    await session.execute(
        kept.on_conflict_do_update(index_elements=list(row), set_=news, where=Cheering.event_ts < seen.event_ts)
    )


async def _glad(session: AsyncSession, message: Cheered) -> int:
    """How many people react to it; none where somebody is sorry."""
    there = select(Cheering).where(Cheering.message_id == message.id, Cheering.is_on)
    sorry = there.where(Cheering.emoji.in_(SORRY)).with_only_columns(func.count())
    if await session.scalar(sorry):
        return 0
    return await session.scalar(there.with_only_columns(func.count(Cheering.user_id.distinct()))) or 0
