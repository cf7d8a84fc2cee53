"""The functions that put messages, edits, reactions and Home tabs into the outbox.

Each writes a row in the caller's transaction; `relay.py` sends it. A row belongs to a lane, the queue of one
conversation. Rows of one lane and priority are sent in order.
"""

import asyncio
from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import and_, case, or_, select, update
from sqlalchemy import delete as delete_rows
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.disposable_keys import DisposableKey
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.slack.outbox import queries
from bot.slack.outbox.lane_updates import announce_row
from bot.slack.outbox.models import Card, Method, Outgoing, Priority, State
from bot.slack.outbox.queries import Standing
from bot.slack.post import Payload, Post, Step


class Notice(NamedTuple):
    """A message to one of many recipients, sent in the recipient's working hours for a team."""

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
    thread_ts: str | None = None,
    under: str | None = None,
    sealed_with: DisposableKey | None = None,
) -> None:
    """Post a message. With `thread_ts`, post it in the thread of that message; with `under`, in that card's thread.

    `key` is an idempotency key: the message is posted once, however often `put` is called with that key. With
    `hours_of` the message waits for a good moment within working hours: the team's for a channel, the person's for a
    DM. With `sealed_with`, nobody can decrypt the stored message after that key is deleted.
    """
    body = {**post.payload(), **({"thread_ts": thread_ts} if thread_ts else {})}
    if sealed_with:
        body = queries.seal_payload(body, sealed_with)
    row = queries.new(session, Method.POST, body, to, not_before, priority, post.card)
    row.expires_at, row.key, row.team_id = expires_at, key, hours_of.id if hours_of else None
    row.sealed_with = sealed_with.id if sealed_with else None
    await queries.add_under(session, row, under)


DAYS_IN_SLACK = 30
"""After how many days files with a team's data are deleted from Slack."""


async def file(
    session: AsyncSession, *, name: str, content: bytes, title: str, comment: str, to: Address, not_before: datetime,
    key: str | None = None, hours_of: Team | None = None, expires_at: datetime | None = None, under: str | None = None,
    days_in_slack: int | None = None, priority: Priority = Priority.ANSWER,
) -> None:  # fmt: skip
    """Upload a file and share it with a comment. `key`, `hours_of` and `expires_at` are as in `put`.

    With `under`, share it in the thread of that card, or in the conversation itself if the card is not there. Slack
    scans a file before it shows it, so messages that are put later may appear before it. The file is deleted from Slack
    after `days_in_slack` days; with None it stays.
    """
    body = {"name": name, "title": title, "comment": comment, "content": b64encode(content).decode()}
    row = queries.new(session, Method.FILE, body, to, not_before, priority, None)
    row.expires_at, row.key, row.team_id = expires_at, key, hours_of.id if hours_of else None
    row.days_in_slack = days_in_slack
    await queries.add_under(session, row, under)


async def put_all(
    session: AsyncSession, notices: Iterable[Notice], *, not_before: datetime, priority: Priority
) -> None:
    """Queue messages to many people with one SQL statement, yielding to the event loop so that acks are not delayed."""
    rows = []
    for notice in notices:
        row = queries.new(
            session, Method.POST, notice.post.payload(), notice.to, not_before, priority, notice.post.card
        )
        row.expires_at, row.team_id = notice.expires_at, notice.hours_of.id
        rows.append(row)
        await asyncio.sleep(0)
    await queries.add(session, *rows)


async def edit(session: AsyncSession, post: Post, *, to: Address, not_before: datetime) -> None:
    """Edit a card. If its post or an earlier edit is still waiting, rewrite that row, so that only the last is sent."""
    if post.card is None:
        raise ValueError("only a post with a card can be edited")
    await _edit(session, post, to, not_before, await queries.find_standing(session, to, post.card))


async def _edit(session: AsyncSession, post: Post, to: Address, not_before: datetime, standing: Standing) -> None:
    row = queries.new(session, Method.UPDATE, post.payload(), to, not_before, Priority.ANSWER, post.card)
    if not (standing.is_rewritable and await queries.rewrite(session, row)):
        row.priority = max(row.priority, standing.slowest or 0)
        await queries.add_once(session, row)


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
    """Post a reply in a card's thread, after the card itself. With `aloud`, also show it in the channel.

    `hours_of` is as in `put`.
    """
    body = {**post.payload(), **({"reply_broadcast": True} if aloud else {})}
    row = queries.new(session, Method.POST, body, to, now, Priority.ANSWER, post.card)
    row.team_id = hours_of.id if hours_of else None
    await queries.add_under(session, row, under)


async def comment(
    session: AsyncSession, post: Post, *, ts: str, to: Address, now: datetime, hours_of: Team, expires_at: datetime
) -> None:
    """Post in the thread of a message that somebody else wrote, at a good moment within the team's working hours."""
    body = {**post.payload(), "thread_ts": ts}
    row = queries.new(session, Method.POST, body, to, now, Priority.RITUAL, None)
    row.team_id, row.expires_at = hours_of.id, expires_at
    await queries.add(session, row)


async def find_post_time(session: AsyncSession, card: str, *, to: Address, since: datetime) -> datetime | None:
    """Return when a card's latest post reached Slack, or None if no post of the card did at `since` or later."""
    return await queries.find_post_time(session, to, card, since)


async def has_posted_since(session: AsyncSession, to: Address, *, since: datetime) -> bool:
    """Return whether anything was posted in a conversation after `since`, or is waiting to be posted.

    Sent rows are kept for seven days, so earlier posts are not found.
    """
    posts = select(Outgoing.id).where(
        Outgoing.workspace_id == to.workspace_id,
        Outgoing.conversation == to.conversation,
        Outgoing.method.in_([Method.POST, Method.FILE]),
        or_(Outgoing.state == State.WAITING, and_(Outgoing.state == State.SENT, Outgoing.settled_at > since)),
    )
    return await session.scalar(posts.limit(1)) is not None


async def is_on_its_way(session: AsyncSession, card: str, *, to: Address, even_if_held: bool = False) -> bool:
    """Return whether a card's post is waiting to be sent. One that is held for working hours counts if asked for."""
    return await queries.is_post_waiting(session, to, card, even_if_held=even_if_held)


async def show(session: AsyncSession, post: Post, *, to: Address, now: datetime, hours_of: Team | None = None) -> None:
    """Post a card, or edit it if it has been posted before."""
    if not await change(session, post, to=to, now=now):
        await put(session, post, to=to, not_before=now, hours_of=hours_of)


async def change(session: AsyncSession, post: Post, *, to: Address, now: datetime) -> bool:
    """Edit a card if it has been posted or is waiting to be posted; return whether this is the case."""
    standing = await queries.find_standing(session, to, post.card or "")
    if standing.is_posted or standing.slowest is not None:
        await _edit(session, post, to, now, standing)
        return True
    return False


async def withdraw(session: AsyncSession, post: Post, *, to: Address, now: datetime) -> None:
    """Withdraw a card: edit it to `post` if it has been posted, otherwise never send it."""
    standing = await queries.find_standing(session, to, post.card or "")
    if standing.is_posted:
        await _edit(session, post, to, now, standing)
    else:
        await delete(session, post.card or "", to=to, now=now)


async def is_posted(session: AsyncSession, card: str, *, to: Address) -> bool:
    """Return whether a card has been posted to Slack."""
    return await session.get(Card, (to.workspace_id, card)) is not None


async def find_posted(session: AsyncSession, workspace_id: str, cards: Sequence[str]) -> set[str]:
    """Return which of these cards have been posted to Slack."""
    posted = select(Card.name).where(Card.workspace_id == workspace_id, Card.name.in_(cards))
    return {*await session.scalars(posted)}


async def delete(session: AsyncSession, card: str, *, to: Address, now: datetime) -> None:
    """Delete a card. A card that is not sent yet, or has failed, is dropped instead."""
    if Method.POST not in await queries.drop_unposted(session, to, card, now):
        await queries.add_behind(session, queries.new(session, Method.DELETE, {}, to, now, Priority.ANSWER, card))


async def forget_sealed(session: AsyncSession, key: DisposableKey) -> None:
    """Delete the rows of all cards that were sealed with a key, except those that still have to be sent.

    Such a row tells who got which message when, although nobody can read the message anymore.
    """
    theirs = Outgoing.workspace_id == key.workspace_id
    cards = (await session.scalars(select(Outgoing.card).where(theirs, Outgoing.sealed_with == key.id))).all()
    is_settled = Outgoing.state.in_([State.SENT, State.DROPPED])
    await session.execute(delete_rows(Outgoing).where(theirs, Outgoing.card.in_(cards), is_settled))


async def drop_waiting(session: AsyncSession, team: Team, cards: str, *, spare: Iterable[str], now: datetime) -> None:
    """Drop a team's waiting cards whose name matches the SQL LIKE pattern `cards`, except in the conversations `spare`.

    A card that may have reached Slack already is kept.
    """
    waits = and_(
        Outgoing.team_id == team.id,
        Outgoing.card.like(cards),
        Outgoing.method == Method.POST,
        Outgoing.state == State.WAITING,
        Outgoing.attempted_at.is_(None),
        Outgoing.conversation.not_in([*spare]),
    )
    dropped = {"state": State.DROPPED, "body": None, "settled_at": now}
    await session.execute(update(Outgoing).where(waits).values(dropped))


async def publish_changes(session: AsyncSession, steps: Iterable[Step], *, now: datetime) -> None:
    """Post, edit and delete cards, one step after another."""
    for becomes, these in groupby(steps, lambda step: step.becomes):
        match becomes:
            case "new":
                await queries.add(session, *(_new(session, step, now) for step in these))
            case "changed":
                for step in these:
                    await edit(session, step.post, to=step.to, not_before=now)
            case "gone":
                for step in these:
                    await delete(session, step.post.card or "", to=step.to, now=now)


def _new(session: AsyncSession, step: Step, now: datetime) -> Outgoing:
    return queries.new(session, Method.POST, step.post.payload(), step.to, now, Priority.ANSWER, step.post.card)


async def respond(
    session: AsyncSession, post: Post, *, url: str, to: Address, now: datetime, replace: bool = True
) -> None:
    """Respond to an interaction through its `response_url`. If the URL has expired, post to `to`, usually a DM."""
    body = {**post.payload(), "url": url, "replace_original": replace}
    await queries.add(session, queries.new(session, Method.RESPOND, body, to, now, Priority.ANSWER, None))


async def post_ephemeral(session: AsyncSession, post: Post, *, to: Address, user_id: str, now: datetime) -> None:
    """Post an ephemeral message. Slack may show it twice, or not at all if the person is offline."""
    body = {**post.payload(), "user": user_id}
    await queries.add(session, queries.new(session, Method.EPHEMERAL, body, to, now, Priority.ANSWER, None))


async def react(session: AsyncSession, name: str, *, to: Address, ts: str, now: datetime) -> None:
    """Add the bot's reaction to a message."""
    body = {"name": name, "timestamp": ts}
    await queries.add(session, queries.new(session, Method.REACT, body, to, now, Priority.ANSWER, None))


async def unreact(session: AsyncSession, name: str, *, to: Address, ts: str, now: datetime) -> None:
    """Remove the bot's reaction from a message. It has no effect if the reaction is not there."""
    body = {"name": name, "timestamp": ts}
    await queries.add(session, queries.new(session, Method.UNREACT, body, to, now, Priority.ANSWER, None))


async def home(
    session: AsyncSession, view: Payload, *, to: Address, now: datetime, priority: Priority = Priority.NUDGE
) -> None:
    """Publish a person's Home tab. A waiting or failed row is rewritten, so that only the latest view is sent."""
    again = {"state": State.WAITING, "tries": 0, "attempted_at": None, "settled_at": None, "reason": None}
    sooner = case((Outgoing.priority < priority, Outgoing.priority), else_=priority)
    news = {**again, "body": queries.encrypt_payload(session, {"view": view}), "priority": sooner}
    rewritten = update(Outgoing).where(queries.is_unposted(to, "home")).values(news).returning(Outgoing)
    rows = (await session.scalars(rewritten, execution_options={"populate_existing": True})).all()
    for row in rows:
        announce_row(session, row)
    if not rows:
        await queries.add(session, queries.new(session, Method.HOME, {"view": view}, to, now, priority, "home"))


async def reschedule_waiting(
    session: AsyncSession, workspace_id: str, *, person_id: str | None = None, team: Team | None = None, now: datetime
) -> None:
    """Reschedule the messages held for a person's or a team's working hours, because those hours have changed."""
    held = and_(Outgoing.workspace_id == workspace_id, Outgoing.state == State.WAITING, Outgoing.held_from.is_not(None))
    whose = Outgoing.conversation == person_id if team is None else Outgoing.team_id == team.id
    freed = update(Outgoing).where(held, whose).values(not_before=now)
    for row in (await session.scalars(freed.returning(Outgoing))).all():
        announce_row(session, row)
