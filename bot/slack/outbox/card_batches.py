"""Edits and deletions of many cards of one workspace, with as few SQL statements as for one card.

They yield to the event loop between cards, so that acks are not delayed.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.models import table
from bot.org.workspaces import Address
from bot.slack.outbox import queries
from bot.slack.outbox.models import Method, Outgoing, Priority, State
from bot.slack.post import Payload, Post

Cards = Mapping[str, tuple[Address, Payload]]
"""Cards by name, each with its conversation and what it shows; nothing if it is deleted."""
_OUTBOX = table(Outgoing)
_REWRITE = update(_OUTBOX).where(_OUTBOX.c.id == bindparam("row_id")).values(body=bindparam("news"))


async def edit_all(session: AsyncSession, posts: Sequence[tuple[Post, Address]], *, not_before: datetime) -> None:
    """Edit cards, as `outbox.edit` does: rows that are still waiting are rewritten, so that only the last is sent."""
    cards = {}
    for post, to in posts:
        cards[post.card or ""] = to, post.payload()
        await asyncio.sleep(0)
    if not cards:
        return
    says = Outgoing.method.in_([Method.POST, Method.UPDATE])
    waits = and_(Outgoing.state == State.WAITING, Outgoing.attempted_at.is_(None))
    untried = select(Outgoing.id, Outgoing.card).where(_of_cards(cards), waits, says).order_by(Outgoing.id)
    found = (await session.execute(locks.for_update(untried, Outgoing))).all()
    if found:
        rewrites = []
        for row in found:
            rewrites.append({"row_id": row.id, "news": queries.encrypt_payload(session, cards[row.card or ""][1])})
            await asyncio.sleep(0)
        await session.execute(_REWRITE, rewrites)
    rewritten = {row.card for row in found}
    await _add_behind(
        session, Method.UPDATE, {name: cards[name] for name in cards if name not in rewritten}, not_before
    )


async def delete_all(session: AsyncSession, those: Mapping[str, Address], *, now: datetime) -> None:
    """Delete cards, given by name, as `outbox.delete` does: those not sent yet, or that have failed, are dropped."""
    cards: Cards = {name: (to, {}) for name, to in those.items()}
    if not cards:
        return
    untried = and_(Outgoing.state == State.WAITING, Outgoing.attempted_at.is_(None))
    unposted = update(Outgoing).where(_of_cards(cards), untried | (Outgoing.state == State.FAILED))
    dropped = unposted.values(state=State.DROPPED, body=None, settled_at=now)
    found = (await session.execute(dropped.returning(Outgoing.card, Outgoing.method))).all()
    unsent = {row.card for row in found if row.method == Method.POST}
    await _add_behind(session, Method.DELETE, {name: cards[name] for name in cards if name not in unsent}, now)


async def _add_behind(session: AsyncSession, method: Method, cards: Cards, at: datetime) -> None:
    """Queue one call for each of these cards, to be made after the card's waiting rows."""
    if not cards:
        return
    waiting = select(Outgoing.card, func.max(Outgoing.priority)).where(
        _of_cards(cards), Outgoing.state == State.WAITING
    )
    slowest = dict((await session.execute(waiting.group_by(Outgoing.card))).all())
    rows = []
    for name, (to, body) in cards.items():
        priority = Priority(max(Priority.ANSWER, slowest.get(name, 0)))
        rows.append(queries.new(session, method, body, to, at, priority, name))
        await asyncio.sleep(0)
    await queries.add(session, *rows)


def _of_cards(cards: Cards) -> ColumnElement[bool]:
    """Return the SQL condition for the outbox rows of these cards."""
    to = [to for to, _ in cards.values()]
    return and_(
        Outgoing.workspace_id == to[0].workspace_id,
        Outgoing.conversation.in_({each.conversation for each in to}),
        Outgoing.card.in_(cards),
    )
