"""What an erase does to the outbox: what waits to be sent to the person, or repeats their words, is dropped."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import vault_of
from bot.org.erasures import KEY
from bot.org.workspaces import Address
from bot.slack.outbox import queries
from bot.slack.outbox.lane_updates import announce_row
from bot.slack.outbox.models import Card, Lane, Method, Outgoing, Priority, State

SETTLED = (State.SENT, State.DROPPED, State.FAILED)
OPEN = (State.WAITING, State.FAILED)


async def forget_person(session: AsyncSession, who: Address, *, now: datetime) -> None:
    """Drop what is for a person and not about the erasure, and delete the files that they were sent from Slack now."""
    theirs = and_(Outgoing.workspace_id == who.workspace_id, Outgoing.conversation == who.conversation)
    await _delete_files(session, who, now)
    is_unsent = or_(Outgoing.state.in_(SETTLED), Outgoing.attempted_at.is_(None))
    is_about = func.coalesce(Outgoing.key, "").startswith(KEY)
    is_needed = and_(Outgoing.state == State.WAITING, Outgoing.method.in_(queries.TAKES_AWAY))
    await session.execute(delete(Outgoing).where(theirs, is_unsent, not_(is_needed), not_(is_about)))


async def _delete_files(session: AsyncSession, who: Address, now: datetime) -> None:
    """Have the files in a person's DM deleted now, also those that would have stayed."""
    theirs = select(Outgoing).where(
        Outgoing.workspace_id == who.workspace_id, Outgoing.conversation == who.conversation
    )
    planned = theirs.where(Outgoing.method == Method.DELETE_FILE, Outgoing.state == State.WAITING)
    known: set[str] = set()
    for row in await session.scalars(locks.for_update(planned.order_by(Outgoing.id), Outgoing)):
        known.add(queries.decrypt_payload(row, vault_of(session))["file"])
        row.not_before = min(row.not_before, now)
        announce_row(session, row)
    sent = theirs.where(Outgoing.method == Method.FILE, Outgoing.state == State.SENT, Outgoing.file_id.is_not(None))
    for row in (await session.scalars(sent.order_by(Outgoing.id))).all():
        if row.file_id not in known:
            body = {"file": row.file_id}
            new = queries.new(session, Method.DELETE_FILE, body, who, now, Priority.RITUAL, None)
            await queries.add(session, new)
    await session.flush()


async def drop_repeated(session: AsyncSession, workspace_id: str, sentences: Collection[str], *, now: datetime) -> None:
    """Drop what waits to be sent, or failed, and repeats one of these texts. What is being sent now is left alone."""
    waits = and_(Outgoing.workspace_id == workspace_id, Outgoing.state.in_(OPEN), Outgoing.attempted_at.is_(None))
    if not sentences:
        return
    rows = select(Outgoing).where(waits, Outgoing.body.is_not(None), Outgoing.sealed_with.is_(None))
    sought = [*{spelling for each in sentences for spelling in _spellings(each)}]
    for row in await session.scalars(locks.for_update(rows.order_by(Outgoing.id), Outgoing)):
        said = vault_of(session).decrypt(row.body or b"")
        if any(each in said for each in sought):
            row.finish(State.DROPPED, now, queries.NOBODY)


def _spellings(text: str) -> set[str]:
    """Return a text as it may stand in a payload: escaped for Slack, one line at a time, or cut off."""
    lines = {line for line in text.splitlines() if line.strip()}
    escaped = {line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for line in lines}
    return {json.dumps(each, ensure_ascii=False)[1:-1][:MOST_COMPARED] for each in lines | escaped}


MOST_COMPARED = 200
"""How many characters of a line are compared, because a message may show only its beginning."""


async def delete_cards(
    session: AsyncSession, workspace_id: str, kinds: Mapping[str, Collection[Any]], *, now: datetime
) -> set[str]:
    """Delete the cards of these things from Slack, by the first word of the cards' names; return the names."""
    names = {f"{kind}:{id}" for kind, ids in kinds.items() for id in ids}
    if not names:
        return set()
    here = Card.workspace_id == workspace_id
    known = await session.scalars(select(Card).where(here, or_(*(Card.name.startswith(f"{kind}:") for kind in kinds))))
    posted = [each for each in known.all() if _thing(each.name) in names]
    waiting = select(Outgoing).where(
        Outgoing.workspace_id == workspace_id, Outgoing.state.in_(OPEN), Outgoing.attempted_at.is_(None),
        Outgoing.card.is_not(None), Outgoing.method.not_in(queries.TAKES_AWAY),
    )  # fmt: skip
    for row in await session.scalars(locks.for_update(waiting.order_by(Outgoing.id), Outgoing)):
        if _thing(row.card or "") in names:
            row.finish(State.DROPPED, now, queries.NOBODY)
    await _delete(session, posted, now)
    return {each.name for each in posted}


def _thing(card: str) -> str:
    return ":".join(card.split(":")[:2])


async def delete_cards_in(session: AsyncSession, workspace_id: str, channel_id: str, *, now: datetime) -> set[str]:
    """Delete all cards in one conversation from Slack, and return their names."""
    here = select(Card).where(Card.workspace_id == workspace_id, Card.channel_id == channel_id)
    posted = (await session.scalars(here.order_by(Card.name))).all()
    await _delete(session, posted, now)
    return {each.name for each in posted}


async def _delete(session: AsyncSession, cards: Collection[Card], now: datetime) -> None:
    rows = [
        queries.new(
            session, Method.DELETE, {}, Address(each.workspace_id, each.channel_id), now, Priority.RITUAL, each.name
        )
        for each in cards
    ]
    if rows:
        await queries.add(session, *rows)


async def rename_cards(session: AsyncSession, who: Address, stand_in: str) -> None:
    """Take a person's id out of the names of cards, and at once out of the rows that post, edit or delete them."""
    for model, column in ((Card, Card.name), (Outgoing, Outgoing.card), (Outgoing, Outgoing.under)):
        theirs = update(model).where(model.workspace_id == who.workspace_id, column.endswith(f":{who.conversation}"))
        await session.execute(theirs.values({column: func.replace(column, who.conversation, stand_in)}))


async def put_last(session: AsyncSession, workspace_id: str, *, after: int) -> None:
    """Have the edits of cards in rows after the id `after` sent after everything else in their conversations."""
    edits = update(Outgoing).where(
        Outgoing.workspace_id == workspace_id, Outgoing.id > after, Outgoing.state == State.WAITING,
        Outgoing.method.in_([Method.UPDATE, Method.DELETE]), Outgoing.attempted_at.is_(None),
    )  # fmt: skip
    await session.execute(edits.values(priority=Priority.RITUAL))


async def find_waiting_cards(session: AsyncSession, workspace_id: str, *, after: int = 0) -> set[str]:
    """Return the names of the cards that wait to be posted, edited or deleted, from rows after the id `after`."""
    waits = select(Outgoing.card).where(
        Outgoing.workspace_id == workspace_id, Outgoing.state == State.WAITING, Outgoing.card.is_not(None),
        Outgoing.id > after,
    )  # fmt: skip
    return {each for each in await session.scalars(waits) if each}


async def find_last_row(session: AsyncSession, workspace_id: str) -> int:
    """Return the id of the newest row of a workspace, or 0."""
    return await session.scalar(select(func.max(Outgoing.id)).where(Outgoing.workspace_id == workspace_id)) or 0


async def is_waiting_for(session: AsyncSession, who: Address) -> bool:
    """Return whether anything waits to be sent to a person, or to be deleted from their DM."""
    waits = select(Outgoing.id).where(
        Outgoing.workspace_id == who.workspace_id, Outgoing.conversation == who.conversation,
        Outgoing.state == State.WAITING,
    )  # fmt: skip
    return await session.scalar(waits.limit(1)) is not None


async def forget_conversation(session: AsyncSession, who: Address, dm_id: str | None) -> None:
    """Delete everything that the outbox has about the DM with a person."""
    places = [who.conversation, *([dm_id] if dm_id else [])]
    for model in (Outgoing, Lane):
        await session.execute(
            delete(model).where(model.workspace_id == who.workspace_id, model.conversation.in_(places))
        )
    await session.execute(delete(Card).where(Card.workspace_id == who.workspace_id, Card.channel_id.in_(places)))
