"""Recovery from refused messages: post a refused card again, or send a message without its charts."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.org.workspaces import Address
from bot.slack.outbox import queries
from bot.slack.outbox.models import FAILED, Method, Outgoing, State
from bot.slack.post import Payload

REPOSTED = "posted anew"
CHART = "data_visualization"


async def post_refused_card(session: AsyncSession, row: Outgoing, now: datetime) -> bool | None:
    """If Slack refused the post of the card that `row` edits or replies to, schedule that post again.

    Returns whether it was scheduled, or None while another transaction has locked that post, because the holder of a
    lane never waits for a row lock. If `row` is an edit, it becomes the post. If it is a reply, the card is posted
    again before the reply, but only once: if it is refused again, the card is given up.
    """
    name = row.under or (row.card if row.method == Method.UPDATE else None)
    is_posted = row.parent if row.under else row.posted
    if is_posted or row.attempted_at or name is None:
        return False
    post_id = await session.scalar(_refused_post(row, name).with_only_columns(Outgoing.id))
    if post_id is None or row.reason == REPOSTED:
        return False
    refused = await session.scalar(locks.for_update(_refused_post(row, name), Outgoing, skip_locked=True))
    if refused is None:
        return None
    if row.under:
        _send_again(refused, before=row)
    else:
        _replace(refused, row, now)
    row.reason = REPOSTED
    await session.flush()
    return True


async def drop_refused(session: AsyncSession, row: Outgoing, now: datetime) -> None:
    """Drop a card's earlier dead letters, because `row` has sent something newer."""
    older = update(Outgoing).where(text(FAILED), _of_card(row, row.card), Outgoing.id < row.id)
    await session.execute(older.values(state=State.DROPPED, body=None, settled_at=now, reason=REPOSTED))


def without_charts(body: Payload) -> Payload | None:
    """Return the payload without charts, which some workspaces do not support yet, or None if it has no charts."""
    blocks = body.get("blocks") or []
    kept = [block for block in blocks if block["type"] != CHART]
    return {**body, "blocks": kept} if len(kept) < len(blocks) else None


def _refused_post(row: Outgoing, name: str) -> Select[Outgoing]:
    """Select the latest refused post of a card."""
    posts = select(Outgoing).where(text(FAILED), _of_card(row, name), Outgoing.method == Method.POST)
    return posts.order_by(Outgoing.id.desc()).limit(1)


def _send_again(refused: Outgoing, *, before: Outgoing) -> None:
    refused.state, refused.tries, refused.settled_at, refused.reason = State.WAITING, 0, None, None
    refused.priority = min(refused.priority, before.priority)


def _replace(refused: Outgoing, row: Outgoing, now: datetime) -> None:
    """Make `row` post the card in place of the refused post, which is dropped, with the same hours, expiry and thread.

    `row` also takes over `attempted_at` and `delivery`, so that the relay first looks for a post that may have arrived.
    """
    row.method, row.team_id, row.expires_at = Method.POST, refused.team_id, refused.expires_at
    row.under, row.delivery, row.attempted_at = refused.under, refused.delivery, refused.attempted_at
    refused.finish(State.DROPPED, now, REPOSTED)


def _of_card(row: Outgoing, name: str | None) -> ColumnElement[bool]:
    return queries.of_card(Address(row.workspace_id, row.conversation), name)
