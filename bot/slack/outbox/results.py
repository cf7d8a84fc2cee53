"""State transitions of an outbox row after a send attempt: sent, dropped, failed, or a retry with backoff."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

import structlog
from sqlalchemy import Executable, bindparam, case, delete, exists, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import table
from bot.db.sessions import insert_for
from bot.org import installations
from bot.org.people import Person
from bot.slack import rate_limits
from bot.slack.outbox import attempts, queries, reposts
from bot.slack.outbox.models import FAILED, SENT_BLINDLY, WAITING, Card, Method, Outgoing, Priority, State
from bot.slack.post import Payload

log = structlog.get_logger()

GAP = timedelta(seconds=1)
"""The delay between two sends in a conversation; Slack allows about one message per second."""
LOOK_UP_AFTER = timedelta(seconds=30)
"""The delay before a post of unknown outcome is looked up, because it may still appear."""
LOOK_UP_A_FILE_AFTER = timedelta(minutes=2)
"""The same for a file, which appears later than a post because Slack scans it first."""
LONGEST_WAIT = timedelta(minutes=5)
MOST_TRIES = 100
"""The limit on attempts, which is reached after about eight hours of backoff."""


async def record_facts(
    session: AsyncSession, claim: attempts.Claim, outcome: attempts.Outcome, *, now: datetime
) -> None:
    """Store what the outcome of a send reveals about a person or workspace. Call this before locking the row.

    All code locks people first and lanes last; the opposite order would deadlock.
    """
    match outcome:
        case attempts.Sent(channel=str(channel)) if claim.user_id and claim.channel is None:
            them = update(Person).where(Person.workspace_id == claim.row.workspace_id, Person.id == claim.user_id)
            await session.execute(them.where(Person.dm_id.is_(None)).values(dm_id=channel))
        case attempts.Parked(reason, token):
            await installations.park_if_current(session, claim.row.workspace_id, reason, token, now=now)


async def record_outcome(
    session: AsyncSession, row: Outgoing, claim: attempts.Claim, body: Payload, outcome: attempts.Outcome, now: datetime
) -> timedelta:
    """Record the outcome of a send in its outbox row; return the delay before the conversation's next send."""
    match outcome:
        case attempts.Sent():
            await _sent(session, row, outcome, now)
        case attempts.NothingToDo(reason):
            row.finish(State.DROPPED, now, reason)
        case attempts.PostInstead(reason):
            await _post_instead(session, row, body, reason)
        case attempts.Refused("invalid_blocks") if plain := reposts.without_charts(body):
            row.body, row.attempted_at = queries.encrypt_payload(session, plain), None
        case attempts.Refused(reason):
            row.attempted_at = claim.unsure_since
            _fail(row, now, reason)
        case attempts.Throttled(seconds):
            row.attempted_at, row.tries = claim.unsure_since, row.tries - 1
            await rate_limits.back_off(session, row.workspace_id, row.method, now + timedelta(seconds=seconds))
        case attempts.Busy(seconds):
            row.attempted_at, row.tries = claim.unsure_since, row.tries - 1
            return timedelta(seconds=seconds)
        case attempts.Parked():
            row.attempted_at, row.tries = claim.unsure_since, row.tries - 1
        case attempts.NotSent(reason):
            row.attempted_at = claim.unsure_since
            return _try_again(row, now, reason, least=GAP)
        case attempts.NotThere(doubt):
            row.attempted_at, row.reason = None, doubt
        case attempts.StartOver(reason):
            row.attempted_at = row.file_id = None
            return _try_again(row, now, reason, least=GAP)
        case attempts.Unknown(reason) if row.method == Method.FILE and row.file_id is None:
            row.attempted_at = None
            return _try_again(row, now, reason, least=GAP)
        case attempts.Unknown(reason):
            is_looked_up = row.method in (Method.POST, Method.FILE)
            return _try_again(row, now, reason, least=arrival_window(row) if is_looked_up else GAP)
    return GAP


def arrival_window(row: Outgoing) -> timedelta:
    """Return how long a message may still appear after an attempt whose outcome is unknown."""
    return LOOK_UP_A_FILE_AFTER if row.method == Method.FILE else LOOK_UP_AFTER


async def _sent(session: AsyncSession, row: Outgoing, sent: attempts.Sent, now: datetime) -> None:
    """Record that a row was sent and where its card is, unless the row is not waiting anymore."""
    marked = (await session.execute(_MARK, {"row": row.id, "doubt": sent.doubt, "now": now})).one_or_none()
    if marked is None:
        return
    row.card, row.file_id, doubt, has_dead_letters = marked  # an erase may have renamed the card meanwhile
    if doubt:
        log.warning("message_possibly_duplicated", row=row.id, conversation=row.conversation, reason=doubt)
    if row.card and row.method in (Method.POST, Method.UPDATE) and has_dead_letters:
        await reposts.drop_refused(session, row, now)
    if row.card and row.method == Method.POST:
        place = {"workspace_id": row.workspace_id, "name": row.card, "channel_id": sent.channel, "ts": sent.ts}
        await session.execute(_upsert_card(session.get_bind().dialect.name), place)
    if row.card and row.method == Method.DELETE:
        await _forget_card(session, row)
    if row.file_id and row.days_in_slack:
        await _schedule_deletion(session, row, now)


def _mark_sent() -> Executable:
    """Mark a waiting row as sent, delete its payload, and return whether there are any dead letters."""
    outbox = table(Outgoing).c
    values: dict[str, Any] = {
        "state": State.SENT,
        "settled_at": bindparam("now"),
        "reason": case((outbox.reason == SENT_BLINDLY, SENT_BLINDLY), else_=bindparam("doubt")),
        "body": None,
        "attempted_at": None,
    }
    dead_letters = exists(select(1).select_from(table(Outgoing).alias("dead")).where(text(f"dead.{FAILED}")))
    marked = update(table(Outgoing)).where(outbox.id == bindparam("row"), text(WAITING)).values(values)
    return marked.returning(outbox.card, outbox.file_id, outbox.reason, dead_letters)


_MARK = _mark_sent()


@cache
def _upsert_card(dialect: str) -> Executable:
    """Return the statement that stores where a card is. Cached per dialect, because building it is expensive."""
    card = insert_for(dialect, table(Card))
    place = {"channel_id": card.excluded.channel_id, "ts": card.excluded.ts}
    return card.on_conflict_do_update(index_elements=["workspace_id", "name"], set_=place)


async def _schedule_deletion(session: AsyncSession, row: Outgoing, now: datetime) -> None:
    """Add the row that deletes a file from Slack once its retention period ends."""
    to, at = row.address, now + timedelta(days=row.days_in_slack or 0)
    body = {"file": row.file_id}
    await queries.add(session, queries.new(session, Method.DELETE_FILE, body, to, at, Priority.RITUAL, None))


async def _post_instead(session: AsyncSession, row: Outgoing, body: Payload, reason: str) -> None:
    """Turn the row into a new post. If the new post is refused too, there is no further fallback."""
    log.info("message_reposted", row=row.id, method=row.method, reason=reason)
    if row.card:
        await _forget_card(session, row)
    said = {name: value for name, value in body.items() if name not in ("url", "replace_original")}
    row.body = queries.encrypt_payload(session, said)
    row.method, row.attempted_at = Method.POST, None


async def _forget_card(session: AsyncSession, row: Outgoing) -> None:
    await session.execute(_FORGET, {"of": row.workspace_id, "card": row.card})


_CARDS = table(Card)
_FORGET = delete(_CARDS).where(_CARDS.c.workspace_id == bindparam("of"), _CARDS.c.name == bindparam("card"))


def _fail(row: Outgoing, now: datetime, reason: str) -> None:
    log.error("message_failed", row=row.id, method=row.method, conversation=row.conversation, reason=reason)
    row.state, row.reason, row.settled_at = State.FAILED, reason, now


def _try_again(row: Outgoing, now: datetime, reason: str, *, least: timedelta) -> timedelta:
    row.reason = reason
    if row.tries >= MOST_TRIES:
        _fail(row, now, f"gave up: {reason}")
        return GAP
    log.warning("message_retry_scheduled", row=row.id, method=row.method, reason=reason, tries=row.tries)
    doublings: int = max(0, min(row.tries - 1, 8))
    return min(LONGEST_WAIT, least * (1 << doublings))
