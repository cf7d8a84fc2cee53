"""Which card a message is: somebody pressed, reacted or replied there."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Address
from bot.outbox.tables import Card, Method, Outgoing, State

CLOCKS_DIFFER = timedelta(seconds=60)
"""How far Slack's clock may be from ours."""


async def at(session: AsyncSession, there: Address, ts: str) -> str | None:
    """The name of the card that a message is, also while Slack's answer to its post is still on the way."""
    on_its_way = await _on_its_way(session, there, ts)  # asked first: it may become a card in between
    cards = select(Card.name).where(Card.workspace_id == there.workspace_id, Card.channel_id == there.conversation)
    return await session.scalar(cards.where(Card.ts == ts)) or on_its_way


async def _on_its_way(session: AsyncSession, there: Address, ts: str) -> str | None:
    """The card that is being posted there; a lane has one at a time, and `ts` is no older than the attempt."""
    posting = select(Outgoing.card).where(
        Outgoing.workspace_id == there.workspace_id,
        Outgoing.conversation == there.conversation,
        Outgoing.state == State.WAITING,
        Outgoing.method == Method.POST,
        Outgoing.attempted_at <= datetime.fromtimestamp(float(ts), UTC) + CLOCKS_DIFFER,
    )
    return await session.scalar(posting.limit(1))
