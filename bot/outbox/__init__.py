"""What is said: every message waits here, in the transaction that caused it, until it has reached Slack.

A row belongs to a lane, the conversation it is for. Order holds within a lane and priority; `relay.py` sends.
"""

import asyncio
import json
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy import delete as sql_delete
from sqlalchemy import insert as sql_insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.crypto import Vault
from bot.database import insert, table, vault_of
from bot.directory import Address
from bot.messages.post import Payload, Post, Step
from bot.outbox.announcing import announce
from bot.outbox.tables import Card, Lane, Method, Outgoing, Priority, State
from bot.teams import Team

__all__ = ["Card", "Lane", "Method", "Outgoing", "Priority", "State"]


class Notice(NamedTuple):
    """What one of many is told, in the hours that they keep for a team."""

    post: Post
    to: Address
    hours_of: Team
    expires_at: datetime


async def put(
    session: AsyncSession,
    post: Post,
    *,
    to: Address,
    not_before: datetime,
    priority: Priority = Priority.ANSWER,
    key: str | None = None,
    expires_at: datetime | None = None,
    hours_of: Team | None = None,
) -> None:
    """Post a message. With a `key` it is said once, however often it is put.

    With `hours_of` it waits for a good moment: the team's own in its channel, a person's in their DM.
    """
    row = _row(session, Method.POST, post.payload(), to, not_before, priority, post.card)
    row.expires_at, row.key, row.team_id = expires_at, key, hours_of.id if hours_of else None
    await _add_once(session, row)


async def file(
    session: AsyncSession,
    *,
    name: str,
    content: bytes,
    title: str,
    comment: str,
    to: Address,
    not_before: datetime,
    key: str | None = None,
    hours_of: Team | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Show a file with a word about it. `key`, `hours_of` and `expires_at` are as with `put`.

    Slack looks it over first, so it may come to stand behind what is said after it.
    """
    body = {"name": name, "title": title, "comment": comment, "content": b64encode(content).decode()}
    row = _row(session, Method.FILE, body, to, not_before, Priority.ANSWER, None)
    row.expires_at, row.key, row.team_id = expires_at, key, hours_of.id if hours_of else None
    await _add_once(session, row)


async def put_all(
    session: AsyncSession, notices: Iterable[Notice], *, not_before: datetime, priority: Priority
) -> None:
    """Tell many people something, in one statement; acks find their way in between."""
    rows = []
    for notice in notices:
        row = _row(session, Method.POST, notice.post.payload(), notice.to, not_before, priority, notice.post.card)
        row.expires_at, row.team_id = notice.expires_at, notice.hours_of.id
        rows.append(row)
        await asyncio.sleep(0)
    await _add(session, *rows)


async def edit(
    session: AsyncSession,
    post: Post,
    *,
    to: Address,
    not_before: datetime,
    priority: Priority = Priority.ANSWER,
) -> None:
    """Make a card say something else: one not yet sent is rewritten, of several waiting edits the newest goes."""
    if post.card is None:
        raise ValueError("only a post with a card can be edited")
    says = [Method.POST, Method.UPDATE]
    untried = and_(_unsaid(to, post.card), Outgoing.method.in_(says))
    rewritten = update(Outgoing).where(untried).values(body=sealed(session, post.payload()))
    if (await session.execute(rewritten.returning(Outgoing.id))).first() is None:
        row = _row(session, Method.UPDATE, post.payload(), to, not_before, priority, post.card)
        await _add_behind(session, row)


async def reply(
    session: AsyncSession,
    post: Post,
    *,
    under: str,
    to: Address,
    now: datetime,
    aloud: bool = False,
    hours_of: Team | None = None,
) -> None:
    """Say something in a card's thread, once the card stands there; `aloud` in the channel as well.

    `hours_of` is as with `put`.
    """
    body = {**post.payload(), **({"reply_broadcast": True} if aloud else {})}
    row = _row(session, Method.POST, body, to, now, Priority.ANSWER, post.card)
    row.under, row.team_id = under, hours_of.id if hours_of else None
    await _add_behind(session, row, under)


async def comment(
    session: AsyncSession, post: Post, *, ts: str, to: Address, now: datetime, hours_of: Team, expires_at: datetime
) -> None:
    """Say something in the thread of a message that somebody else wrote, at a good moment of the team's."""
    body = {**post.payload(), "thread_ts": ts}
    row = _row(session, Method.POST, body, to, now, Priority.RITUAL, None)
    row.team_id, row.expires_at = hours_of.id, expires_at
    await _add(session, row)


async def said_at(session: AsyncSession, card: str, *, to: Address, since: datetime) -> datetime | None:
    """When a card that was put after `since` has reached Slack."""
    posted = select(func.max(Outgoing.settled_at)).where(
        _of_card(to, card),
        Outgoing.method == Method.POST,
        Outgoing.state == State.SENT,
        Outgoing.settled_at >= since,
    )
    return await session.scalar(posted)


async def is_on_its_way(session: AsyncSession, card: str, *, to: Address) -> bool:
    """Whether a card is still to be said, and does not wait for a good moment."""
    waits = select(Outgoing.id).where(
        _of_card(to, card),
        Outgoing.method == Method.POST,
        Outgoing.state == State.WAITING,
        Outgoing.held_from.is_(None),
    )
    return await session.scalar(waits.limit(1)) is not None


async def show(session: AsyncSession, post: Post, *, to: Address, now: datetime, hours_of: Team | None = None) -> None:
    """Post a card, or edit it where it was posted before."""
    if not await change(session, post, to=to, now=now):
        await put(session, post, to=to, not_before=now, hours_of=hours_of)


async def change(session: AsyncSession, post: Post, *, to: Address, now: datetime) -> bool:
    """Edit a card where it was posted, or waits to be; says whether there is one."""
    waiting = select(Outgoing.id).where(_of_card(to, post.card), Outgoing.state == State.WAITING).limit(1)
    if await is_said(session, post.card or "", to=to) or await session.scalar(waiting):
        await edit(session, post, to=to, not_before=now)
        return True
    return False


async def withdraw(session: AsyncSession, post: Post, *, to: Address, now: datetime) -> None:
    """What a card says is of no use any more: it is edited where it was read, and never said where it was not."""
    if await is_said(session, post.card or "", to=to):
        await edit(session, post, to=to, not_before=now)
    else:
        await delete(session, post.card or "", to=to, now=now)


async def is_said(session: AsyncSession, card: str, *, to: Address) -> bool:
    """Whether a card has reached Slack."""
    return await session.get(Card, (to.workspace_id, card)) is not None


async def delete(session: AsyncSession, card: str, *, to: Address, now: datetime) -> None:
    """Take a card away; one not yet sent, or set aside, never goes."""
    dropped = update(Outgoing).where(_unsaid(to, card)).values(state=State.DROPPED, body=None, settled_at=now)
    methods = (await session.scalars(dropped.returning(Outgoing.method))).all()
    if Method.POST not in methods:
        await _add_behind(session, _row(session, Method.DELETE, {}, to, now, Priority.ANSWER, card))


async def tell(session: AsyncSession, steps: Iterable[Step], *, now: datetime) -> None:
    """Say, change and take away cards, each as its step says."""
    for becomes, these in groupby(steps, lambda step: step.becomes):
        match becomes:
            case "new":
                await _add(session, *(_new(session, step, now) for step in these))
            case "changed":
                for step in these:
                    await edit(session, step.post, to=step.to, not_before=now)
            case "gone":
                for step in these:
                    await delete(session, step.post.card or "", to=step.to, now=now)


def _new(session: AsyncSession, step: Step, now: datetime) -> Outgoing:
    return _row(session, Method.POST, step.post.payload(), step.to, now, Priority.ANSWER, step.post.card)


async def respond(
    session: AsyncSession, post: Post, *, url: str, to: Address, now: datetime, replace: bool = True
) -> None:
    """Answer a press through its `response_url`; when that has died, say it to the person by DM."""
    body = {**post.payload(), "url": url, "replace_original": replace}
    await _add(session, _row(session, Method.RESPOND, body, to, now, Priority.ANSWER, None))


async def whisper(session: AsyncSession, post: Post, *, to: Address, user_id: str, now: datetime) -> None:
    """Show a note in a channel to one person alone. Slack may show it twice or, when they are away, not at all."""
    body = {**post.payload(), "user": user_id}
    await _add(session, _row(session, Method.EPHEMERAL, body, to, now, Priority.ANSWER, None))


async def react(session: AsyncSession, name: str, *, to: Address, ts: str, now: datetime) -> None:
    """Add the bot's reaction to a message."""
    body = {"name": name, "timestamp": ts}
    await _add(session, _row(session, Method.REACT, body, to, now, Priority.ANSWER, None))


async def unreact(session: AsyncSession, name: str, *, to: Address, ts: str, now: datetime) -> None:
    """Take the bot's reaction away again; one that is not there changes nothing."""
    body = {"name": name, "timestamp": ts}
    await _add(session, _row(session, Method.UNREACT, body, to, now, Priority.ANSWER, None))


async def home(
    session: AsyncSession, view: Payload, *, to: Address, now: datetime, priority: Priority = Priority.NUDGE
) -> None:
    """Publish somebody's Home tab; of several waiting the newest goes, and so it does after one that was refused."""
    again = {"state": State.WAITING, "tries": 0, "attempted_at": None, "settled_at": None, "reason": None}
    sooner = case((Outgoing.priority < priority, Outgoing.priority), else_=priority)
    news = {**again, "body": sealed(session, {"view": view}), "priority": sooner}
    rewritten = update(Outgoing).where(_unsaid(to, "home")).values(news).returning(Outgoing)
    rows = (await session.scalars(rewritten, execution_options={"populate_existing": True})).all()
    for row in rows:
        announce(session, row)
    if not rows:
        await _add(session, _row(session, Method.HOME, {"view": view}, to, now, priority, "home"))


async def look_again(
    session: AsyncSession, workspace_id: str, *, person_id: str | None = None, team: Team | None = None, now: datetime
) -> None:
    """What waits for a good moment of a person's, or of a team's, is looked at anew: their hours have changed."""
    held = and_(Outgoing.workspace_id == workspace_id, Outgoing.state == State.WAITING, Outgoing.held_from.is_not(None))
    whose = Outgoing.conversation == person_id if team is None else Outgoing.team_id == team.id
    freed = update(Outgoing).where(held, whose).values(not_before=now)
    for row in (await session.scalars(freed.returning(Outgoing))).all():
        announce(session, row)


async def prune(session: AsyncSession, workspace_id: str, *, before: datetime, limit: int) -> int:
    """Forget rows that were sent or dropped; says how many. What was set aside stays for the operator."""
    settled = Outgoing.state.in_([State.SENT, State.DROPPED])
    old = select(Outgoing.id).where(Outgoing.workspace_id == workspace_id, settled, Outgoing.settled_at < before)
    these = sql_delete(Outgoing).where(Outgoing.id.in_(old.limit(limit)))
    return len((await session.execute(these.returning(Outgoing.id))).all())


def opened(row: Outgoing, vault: Vault) -> Payload:
    """What a waiting row says."""
    payload: Payload = json.loads(vault.decrypt(row.body or b""))
    return payload


def _row(
    session: AsyncSession,
    method: Method,
    body: Payload,
    to: Address,
    not_before: datetime,
    priority: Priority,
    card: str | None,
) -> Outgoing:
    return Outgoing(
        workspace_id=to.workspace_id,
        conversation=to.conversation,
        method=method,
        priority=priority,
        not_before=not_before,
        delivery=str(uuid4()),
        body=sealed(session, body),
        card=card,
    )


def sealed(session: AsyncSession, body: Payload) -> bytes:
    """A body as the table keeps it."""
    return vault_of(session).encrypt(json.dumps(body, ensure_ascii=False, separators=(",", ":")))


def _of_card(to: Address, card: str | None) -> ColumnElement[bool]:
    return and_(
        Outgoing.workspace_id == to.workspace_id,
        Outgoing.conversation == to.conversation,
        Outgoing.card == card,
    )


def _unsaid(to: Address, card: str) -> ColumnElement[bool]:
    """What certainly has not reached Slack: it waits untried, or Slack refused it."""
    untried = and_(Outgoing.state == State.WAITING, Outgoing.attempted_at.is_(None))
    return and_(_of_card(to, card), or_(untried, Outgoing.state == State.ASIDE))


async def _add_once(session: AsyncSession, row: Outgoing) -> None:
    if row.key is None:
        await _add(session, row)
    elif await _is_new(session, row):
        announce(session, row)


async def _is_new(session: AsyncSession, row: Outgoing) -> bool:
    """Write a row whose key nobody has used, not even at the same moment."""
    written = insert(session, Outgoing).values(_values(row)).on_conflict_do_nothing().returning(Outgoing.id)
    return (await session.execute(written)).first() is not None


async def _add_behind(session: AsyncSession, row: Outgoing, card: str | None = None) -> None:
    """Add a row that must not overtake what waits for the same card, or for another one."""
    to = Address(row.workspace_id, row.conversation)
    slowest = await session.scalar(
        select(func.max(Outgoing.priority)).where(_of_card(to, card or row.card), Outgoing.state == State.WAITING)
    )
    row.priority = max(row.priority, slowest or 0)
    await _add(session, row)


_WRITE = sql_insert(table(Outgoing))
_COLUMNS = [column.key for column in table(Outgoing).c if column.key != "id"]


async def _add(session: AsyncSession, *rows: Outgoing) -> None:
    """Write rows at once and past the unit of work, which would cost more than they do."""
    await session.execute(_WRITE, [_values(row) for row in rows])
    for row in rows:
        announce(session, row)


def _values(row: Outgoing) -> Payload:
    return {column: getattr(row, column) for column in _COLUMNS}
