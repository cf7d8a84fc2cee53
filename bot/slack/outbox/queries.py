"""Building, encrypting, finding and inserting outbox rows."""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, insert, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks, sessions
from bot.db.disposable_keys import DisposableKey
from bot.db.encryption import Vault
from bot.db.models import Instant, table
from bot.db.personal_data import STAND_IN
from bot.db.sessions import vault_of
from bot.org.workspaces import Address
from bot.scheduler.models import MUTED
from bot.slack.outbox.lane_updates import announce_row
from bot.slack.outbox.models import Card, Method, Outgoing, Priority, State
from bot.slack.post import Payload

SEALED = "sealed"
_OUTBOX = table(Outgoing)
_WRITE = insert(_OUTBOX)
_COLUMNS = [column.key for column in _OUTBOX.c if column.key != "id"]


def decrypt_payload(row: Outgoing, vault: Vault, key: DisposableKey | None = None) -> Payload:
    """Decrypt the payload of a waiting row, with the key that it is sealed with, if any."""
    payload: Payload = json.loads(vault.decrypt(row.body or b""))
    return json.loads(key.decrypt(payload[SEALED])) if key else payload


def seal_payload(body: Payload, key: DisposableKey) -> Payload:
    return {SEALED: key.encrypt(json.dumps(body, ensure_ascii=False))}


def new(
    session: AsyncSession,
    method: Method,
    body: Payload,
    to: Address,
    at: datetime,
    priority: Priority,
    card: str | None,
) -> Outgoing:
    """Build an outbox row without adding it to the session."""
    return Outgoing(
        workspace_id=to.workspace_id,
        conversation=to.conversation,
        method=method,
        priority=priority,
        not_before=at,
        delivery=str(uuid4()),
        body=encrypt_payload(session, body),
        card=card,
    )


def encrypt_payload(session: AsyncSession, body: Payload) -> bytes:
    """Encrypt a payload for storage in the outbox table."""
    return vault_of(session).encrypt(json.dumps(body, ensure_ascii=False, separators=(",", ":")))


def of_card(to: Address, card: str | None) -> ColumnElement[bool]:
    """Return the SQL condition for the outbox rows of a card in one conversation."""
    return and_(
        Outgoing.workspace_id == to.workspace_id, Outgoing.conversation == to.conversation, Outgoing.card == card
    )


def is_unattempted(to: Address, card: str) -> ColumnElement[bool]:
    """Return the SQL condition for the waiting rows of a card that have not been attempted."""
    return and_(of_card(to, card), Outgoing.state == State.WAITING, Outgoing.attempted_at.is_(None))


def is_unposted(to: Address, card: str) -> ColumnElement[bool]:
    """Return the SQL condition for the rows of a card that have not reached Slack: not attempted, or refused."""
    return or_(is_unattempted(to, card), and_(of_card(to, card), Outgoing.state == State.FAILED))


class Standing(NamedTuple):
    """What is known of a card in one conversation."""

    is_posted: bool
    slowest: int | None
    """The last priority among the card's waiting rows; None if no row waits."""
    is_rewritable: bool
    """Whether a post or an edit of the card waits that has not been attempted."""


def _names(to: Address, card: str | None) -> dict[str, Any]:
    return {"workspace": to.workspace_id, "place": to.conversation, "name": card}


_ROW = _OUTBOX.c
_OF_CARD = and_(
    _ROW.workspace_id == bindparam("workspace"),
    _ROW.conversation == bindparam("place"),
    _ROW.card == bindparam("name"),
)
_WAITS = _ROW.state == literal_column(f"'{State.WAITING}'")
_IS_UNTRIED = and_(_WAITS, _ROW.attempted_at.is_(None))
_IS_REWRITABLE = and_(_IS_UNTRIED, _ROW.method.in_([Method.POST, Method.UPDATE]))
_SLOWEST = select(func.max(_ROW.priority)).where(_OF_CARD, _WAITS)
_STANDING = select(
    exists().where(Card.workspace_id == bindparam("workspace"), Card.name == bindparam("name")),
    func.max(_ROW.priority),
    func.count(case((_IS_REWRITABLE, 1))) > 0,
).where(_OF_CARD, _WAITS)
_REWRITE = update(_OUTBOX).where(_OF_CARD, _IS_REWRITABLE).values(body=bindparam("news")).returning(_ROW.id)
_DROP = (
    update(_OUTBOX)
    .where(_OF_CARD, or_(_IS_UNTRIED, _ROW.state == literal_column(f"'{State.FAILED}'")))
    .values(state=State.DROPPED, body=None, settled_at=bindparam("now"))
    .returning(_ROW.method)
)
"""Built once at import, like the statements above, because most answers change a card."""


_POST_TIME = select(func.max(_ROW.settled_at)).where(
    _OF_CARD, _ROW.method == Method.POST, _ROW.state == State.SENT, _ROW.settled_at >= bindparam("since")
)
_POST_WAITS = select(_ROW.id).where(_OF_CARD, _WAITS, _ROW.method == Method.POST).limit(1)
_POST_WAITS_UNHELD = _POST_WAITS.where(_ROW.held_from.is_(None))


async def find_post_time(session: AsyncSession, to: Address, card: str, since: datetime) -> datetime | None:
    posted_at: datetime | None = await session.scalar(_POST_TIME, {**_names(to, card), "since": since})
    return posted_at


async def is_post_waiting(session: AsyncSession, to: Address, card: str, *, even_if_held: bool) -> bool:
    waits = _POST_WAITS if even_if_held else _POST_WAITS_UNHELD
    return await session.scalar(waits, _names(to, card)) is not None


async def find_standing(session: AsyncSession, to: Address, card: str) -> Standing:
    return Standing(*(await session.execute(_STANDING, _names(to, card))).one())


async def rewrite(session: AsyncSession, row: Outgoing) -> bool:
    """Give the waiting post or edit of a row's card the row's body; return False if there is none."""
    names = _names(row.address, row.card)
    return (await session.execute(_REWRITE, {**names, "news": row.body})).first() is not None


async def drop_unposted(session: AsyncSession, to: Address, card: str, now: datetime) -> Sequence[str]:
    """Drop the rows of a card that have not reached Slack; return their methods."""
    return (await session.scalars(_DROP, {**_names(to, card), "now": now})).all()


async def add_once(session: AsyncSession, row: Outgoing) -> None:
    """Add an outbox row unless its idempotency key has been used."""
    _mute(session, row)
    if row.key is None:
        await add(session, row)
    elif await _is_new(session, row):
        announce_row(session, row)


async def _is_new(session: AsyncSession, row: Outgoing) -> bool:
    """Insert a row and return True, or return False if its key exists. Safe against concurrent inserts."""
    written = sessions.insert(session, Outgoing).values(_values(row)).on_conflict_do_nothing().returning(Outgoing.id)
    return (await session.execute(written)).first() is not None


async def add_under(session: AsyncSession, row: Outgoing, under: str | None) -> None:
    """Add a row that is shown in the thread of the card `under`, after the card itself. With None, there is no thread.

    The row is not added if its idempotency key has been used.
    """
    row.under = under
    await (add_behind(session, row, under) if under else add_once(session, row))


async def add_behind(session: AsyncSession, row: Outgoing, card: str | None = None) -> None:
    """Add an outbox row to be sent after the waiting rows of `card`, by default the row's own card."""
    to = Address(row.workspace_id, row.conversation)
    slowest = await session.scalar(_SLOWEST, _names(to, card or row.card))
    row.priority = max(row.priority, slowest or 0)
    await add_once(session, row)


async def add(session: AsyncSession, *rows: Outgoing) -> None:
    """Insert rows with one statement. It bypasses the ORM's unit of work, which costs more than the insert itself."""
    for row in rows:
        _mute(session, row)
    await session.execute(_WRITE, [_values(row) for row in rows])
    for row in rows:
        announce_row(session, row)


PARKED = "parked"
"""The reason on a row that was dropped because its workspace was parked."""
TAKES_AWAY = (Method.DELETE, Method.DELETE_FILE)
"""The calls that are made even after a workspace was parked, because they only remove what is in Slack already."""


NOBODY = "nobody"
"""The reason on a row that was dropped because it was for somebody whose data was erased."""


def _mute(session: AsyncSession, row: Outgoing) -> None:
    """Drop a row at once if this transaction must not send messages, or there is nobody to send them to."""
    if row.conversation.startswith(STAND_IN):
        row.finish(State.DROPPED, row.not_before, NOBODY)
    if session.info.get(MUTED) and row.method not in TAKES_AWAY:
        row.finish(State.DROPPED, row.not_before, PARKED)


async def drop_parked(session: AsyncSession, workspace_ids: Collection[str], *, now: datetime) -> int:
    """Drop what waited while workspaces were parked, and return how many rows. Posted cards can still be edited."""
    theirs = Outgoing.workspace_id.in_(workspace_ids)
    waits = (theirs, Outgoing.state == State.WAITING, Outgoing.method.not_in(TAKES_AWAY))
    waiting = locks.for_update(select(Outgoing.id).where(*waits).order_by(Outgoing.id), Outgoing)
    number = len((await session.scalars(waiting)).all())
    dropped = {"state": State.DROPPED, "reason": PARKED, "settled_at": now, "body": None, "attempted_at": None}
    await session.execute(update(Outgoing).where(*waits).values(dropped))
    return number


def _values(row: Outgoing) -> Payload:
    return {column: getattr(row, column) for column in _COLUMNS}


_ATTEMPT = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id.in_(bindparam("rows", expanding=True)))
    .values(
        attempted_at=func.coalesce(_OUTBOX.c.attempted_at, bindparam("now", type_=Instant)), tries=_OUTBOX.c.tries + 1
    )
)


async def record_attempts(session: AsyncSession, ids: Sequence[int], now: datetime) -> None:
    """Record that rows are attempted now; the time of an earlier attempt of unknown outcome is kept."""
    await session.execute(_ATTEMPT, {"rows": ids, "now": now})


CLOCKS_DIFFER = timedelta(seconds=60)
"""The tolerance for the difference between Slack's clock and ours."""


async def card_at(session: AsyncSession, there: Address, ts: str) -> str | None:
    """Return the name of the card at a message's timestamp, even if Slack has not confirmed the card's post yet."""
    on_its_way = await _on_its_way(session, there, ts)  # query this first: the post may become a card in between
    cards = select(Card.name).where(Card.workspace_id == there.workspace_id, Card.channel_id == there.conversation)
    return await session.scalar(cards.where(Card.ts == ts)) or on_its_way


async def _on_its_way(session: AsyncSession, there: Address, ts: str) -> str | None:
    """Return the name of the card that is being posted in a conversation and may get the timestamp `ts`.

    There is at most one, because a lane sends one row at a time. A post attempted after `ts` does not count.
    """
    posting = select(Outgoing.card).where(
        Outgoing.workspace_id == there.workspace_id,
        Outgoing.conversation == there.conversation,
        Outgoing.state == State.WAITING,
        Outgoing.method == Method.POST,
        Outgoing.attempted_at <= datetime.fromtimestamp(float(ts), UTC) + CLOCKS_DIFFER,
    )
    return await session.scalar(posting.limit(1))
