"""Webhooks: the addresses to which alert and ticket tools send payloads, each with its own secret.

Deliveries are recorded. Above the flood limit alerts are folded: only the newest of each key is kept.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, Select, UniqueConstraint, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.alerts import Alert, NoEffectReason, Signal, Ticket
from bot.db import locks
from bot.db.models import WorkspaceRow
from bot.db.personal_data import Erase, Personal, Reader
from bot.db.sessions import insert, vault_of
from bot.errors import AnswerTooLate, Refusal
from bot.org.teams import membership
from bot.org.teams.models import Member, Team
from bot.refusals import common
from bot.text.normalization import queue_name

FLOOD_LIMIT = 300
FLOOD_WINDOW = timedelta(minutes=5)
REFUSAL_INTERVAL = timedelta(minutes=1)
LONGEST_OUTCOME = 400
NUMBER = re.compile(r"[\d.]+(?: MB, )?")
SENDER, QUEUE, SECRET = "sender", "queue", "secret"
"""Names of form fields."""
MOST_WEBHOOKS = 20
LONGEST_QUEUE, SHORTEST_SECRET, LONGEST_SECRET = 80, 12, 500
SECRET_OVERLAP = timedelta(hours=24)
"""How long the previous secret stays valid after a rotation: time to enter the new one at the sender."""
ZENDESK_TRIAL_KEY = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="
"""The public key with which Zendesk signs the test deliveries of every new webhook."""


class Sender(StrEnum):
    """A tool that sends alerts or tickets; the value is part of the webhook's address."""

    GRAFANA = "grafana"
    ALERTMANAGER = "alertmanager"
    PAGERDUTY = "pagerduty"
    EVENTS = "events"
    DATADOG = "datadog"
    ZENDESK = "zendesk"
    INTERCOM = "intercom"
    FRESHDESK = "freshdesk"
    GENERIC = "generic"


TICKET_SENDERS = frozenset({Sender.ZENDESK, Sender.INTERCOM, Sender.FRESHDESK})
SENDERS_WITH_OWN_SECRET = frozenset({Sender.PAGERDUTY, Sender.ZENDESK, Sender.INTERCOM})
"""Senders that generate the secret themselves; a leader enters it here."""


class Webhook(WorkspaceRow):
    """A webhook address for one sender, with the secret used to verify its deliveries."""

    __tablename__ = "webhooks"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    sender: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    """The hash of the token in its address; the token itself is not stored."""
    queue: Mapped[str]
    """The default queue for alerts that name none."""
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    secret: Mapped[bytes | None] = mapped_column(default=None)
    """The secret, encrypted; None until a leader has entered the sender's own."""
    previous: Mapped[bytes | None] = mapped_column(default=None)
    """The previous secret, encrypted, valid until `previous_until`."""
    previous_until: Mapped[datetime | None] = mapped_column(default=None)
    last_id: Mapped[str] = mapped_column(default="")
    """The id of the last delivery; an alert state that returns after another one is not a duplicate."""
    last_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str] = mapped_column(default="")
    """The outcome of the last delivery, in words."""
    deliveries: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    """Deliveries that failed verification; those with the same outcome are counted once a minute."""
    heard: Mapped[int] = mapped_column(default=0)
    """Alerts and tickets in total."""
    since: Mapped[datetime | None] = mapped_column(default=None)
    """Start of the window in which `lately` counts."""
    lately: Mapped[int] = mapped_column(default=0)
    is_folding: Mapped[bool] = mapped_column(default=False)
    """Whether folded alerts are waiting, so that new ones must queue behind them."""


class FoldedAlert(WorkspaceRow):
    """The newest alert or ticket of one key from a webhook over the flood limit, stored to be handled later."""

    __tablename__ = "folded_alerts"
    __table_args__ = (UniqueConstraint("hook_id", "key"),)

    hook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    key: Mapped[str]
    nth: Mapped[int]
    """The event's sequence number among all events of the webhook."""
    sealed: Mapped[bytes]


Personal(
    Webhook,
    "webhooks",
    people=[Webhook.made_by],
    plain="sender token_hash queue secret previous last_id outcome",
    read_by=Reader.LEADERS,
    export_to=(),
    on_erase=Erase.UNNAME,
    keep="what leaders set up, until they remove it",
)


Personal(FoldedAlert, "deliveries of tools", plain="key sealed", keep="a job empties it within seconds")


async def find_by_token(session: AsyncSession, sender: str, token: str) -> Webhook | None:
    """Return the sender's webhook with this token, or None if there is no such webhook."""
    hook = await session.scalar(select(Webhook).where(Webhook.token_hash == hash_token(token)))
    return hook if hook and hook.sender == sender else None


async def lock_webhook(session: AsyncSession, workspace_id: str, hook_id: int) -> Webhook | None:
    """Lock and return a webhook, so that other deliveries to it wait."""
    theirs = select(Webhook).where(Webhook.workspace_id == workspace_id, Webhook.id == hook_id)
    return await session.scalar(locks.for_update(theirs, Webhook))


def list_secrets(session: AsyncSession, hook: Webhook, now: datetime) -> list[str]:
    """Return the secrets of a webhook that are valid now; without any, every delivery fails verification."""
    rotated = [hook.previous] if hook.previous_until and now < hook.previous_until else []
    found = [vault_of(session).read(sealed, otherwise="") for sealed in [hook.secret, *rotated] if sealed]
    return [secret for secret in found if secret]


def record_outcome(
    hook: Webhook, outcome: str, now: datetime, *, is_heard: bool = False, is_refused: bool = False
) -> None:
    hook.last_at, hook.outcome = now, outcome[:LONGEST_OUTCOME]
    hook.deliveries, hook.refused = hook.deliveries + is_heard, hook.refused + is_refused


def is_recorded(hook: Webhook, outcome: str, now: datetime) -> bool:
    """Return whether a delivery's outcome was already recorded less than a minute ago.

    Without this limit, strangers could cause any number of writes.
    """
    same = NUMBER.sub("", hook.outcome) == NUMBER.sub("", outcome[:LONGEST_OUTCOME])
    return same and hook.last_at is not None and now - hook.last_at < REFUSAL_INTERVAL


def count_event(hook: Webhook, now: datetime) -> bool:
    """Count one alert or ticket, and return whether it must be stored for later.

    Those over the flood limit must, and those that arrive while others are stored.
    """
    if hook.since is None or not timedelta(0) <= now - hook.since < FLOOD_WINDOW:
        hook.since, hook.lately = now, 0
    hook.lately, hook.heard = hook.lately + 1, hook.heard + 1
    return hook.is_folding or hook.lately > FLOOD_LIMIT


async def fold_event(session: AsyncSession, hook: Webhook, what: Alert | Ticket) -> None:
    """Store an alert or ticket to be handled later, in place of an earlier one with the same key.

    Firing and resolved alerts have different keys.
    """
    hook.is_folding = True
    about = (
        (what.key, what.queue, what.signal) if isinstance(what, Alert) else ("ticket", what.queue, what.id, what.came)
    )
    row = {
        "workspace_id": hook.workspace_id, "hook_id": hook.id,
        "key": hashlib.sha256(repr(about).encode("utf-8", "replace")).hexdigest(),
        "nth": hook.heard, "sealed": vault_of(session).encrypt(json.dumps(asdict(what), default=str)),
    }  # fmt: skip
    newest = {"nth": row["nth"], "sealed": row["sealed"]}
    kept = insert(session, FoldedAlert).values(row)
    await session.execute(kept.on_conflict_do_update(index_elements=["hook_id", "key"], set_=newest))


async def take_folded(session: AsyncSession, hook: Webhook, limit: int) -> Sequence[Alert | Ticket]:
    """Delete and return alerts and tickets stored for later, in the order in which they arrived."""
    waits = select(FoldedAlert).where(FoldedAlert.workspace_id == hook.workspace_id, FoldedAlert.hook_id == hook.id)
    rows = (await session.scalars(waits.order_by(FoldedAlert.nth).limit(limit))).all()
    taken = delete(FoldedAlert).where(
        FoldedAlert.workspace_id == hook.workspace_id, FoldedAlert.id.in_([row.id for row in rows])
    )
    await session.execute(taken)
    hook.is_folding = len(rows) == limit
    found = [vault_of(session).read(row.sealed, otherwise="") for row in rows]
    return [_decode(json.loads(each)) for each in found if each]


def _decode(kept: dict[str, Any]) -> Alert | Ticket:
    if "came" in kept:
        return Ticket(**{**kept, "at": datetime.fromisoformat(kept["at"])})
    at = kept["occurred_at"] and datetime.fromisoformat(kept["occurred_at"])
    why = NoEffectReason(kept["why"]) if kept.get("why") else None
    return Alert(**{**kept, "signal": Signal(kept["signal"]), "occurred_at": at, "why": why})


class NewWebhook(NamedTuple):
    """A new webhook, with the token and secret that are shown only once."""

    hook: Webhook
    token: str
    secret: str


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


async def add_webhook(
    session: AsyncSession, lead: Member, team: Team, *, sender: Sender, queue: str, secret: str = "", now: datetime
) -> NewWebhook:
    """Add a webhook. If the sender generates its own secret, a leader can enter the secret later."""
    lead.must_lead()
    queue = queue_name(queue)
    if not queue or len(queue) > LONGEST_QUEUE:
        raise Refusal(common.WEBHOOK_WITHOUT_QUEUE, field=QUEUE)
    await membership.lock_team(session, team.id)
    if len(await list_webhooks(session, team)) >= MOST_WEBHOOKS:
        raise Refusal(common.too_many_webhooks(MOST_WEBHOOKS))
    token = secrets.token_urlsafe(24)
    hook = Webhook(team.workspace_id, team.id, sender, hash_token(token), queue, lead.user_id, now)
    secret = _checked_secret(hook, secret)
    hook.secret = vault_of(session).encrypt(secret) if secret else None
    session.add(hook)
    await session.flush()
    return NewWebhook(hook, token, secret)


async def rotate_secret(session: AsyncSession, lead: Member, hook: Webhook, *, secret: str = "", now: datetime) -> str:
    """Replace a webhook's secret with ours or the sender's new one. The previous one stays valid for 24 hours."""
    lead.must_lead()
    secret = _checked_secret(hook, secret)
    if not secret:
        raise Refusal(common.SIGNING_KEY_MISSING, field=SECRET)
    hook.previous, hook.previous_until = hook.secret, now + SECRET_OVERLAP
    hook.secret = vault_of(session).encrypt(secret)
    return secret


async def remove_webhook(session: AsyncSession, lead: Member, hook: Webhook) -> None:
    lead.must_lead()
    await session.execute(
        delete(FoldedAlert).where(FoldedAlert.workspace_id == hook.workspace_id, FoldedAlert.hook_id == hook.id)
    )
    await session.delete(hook)


async def list_webhooks(session: AsyncSession, team: Team) -> Sequence[Webhook]:
    return (await session.scalars(_of_team(team.workspace_id, team.id).order_by(Webhook.id))).all()


async def receives_tickets(session: AsyncSession, team: Team) -> bool:
    """Return whether a tool that reports tickets is connected to a team."""
    theirs = _of_team(team.workspace_id, team.id).where(Webhook.secret.is_not(None))
    return await session.scalar(theirs.where(Webhook.sender.in_(TICKET_SENDERS)).limit(1)) is not None


async def find_webhook(session: AsyncSession, lead: Member, hook_id: int, *, lock: bool = False) -> Webhook:
    """Return a webhook of the leader's team. Raises `AnswerTooLate` if it is gone."""
    lead.must_lead()
    theirs = _of_team(lead.workspace_id, lead.team_id).where(Webhook.id == hook_id)
    hook = await session.scalar(locks.for_update(theirs, Webhook) if lock else theirs)
    if hook is None:
        raise AnswerTooLate(common.WEBHOOK_GONE)
    return hook


def _of_team(workspace_id: str, team_id: int) -> Select[Webhook]:
    return select(Webhook).where(Webhook.workspace_id == workspace_id, Webhook.team_id == team_id)


def _checked_secret(hook: Webhook, secret: str) -> str:
    """Generate a secret, or validate and return the pasted one if the sender generates it."""
    if hook.sender not in SENDERS_WITH_OWN_SECRET:
        return secrets.token_urlsafe(24)
    secret = secret.strip()
    if secret == ZENDESK_TRIAL_KEY:
        raise Refusal(common.SIGNING_KEY_FOR_TRYING, field=SECRET)
    if secret and not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET:
        raise Refusal(common.SIGNING_KEY_INCOMPLETE, field=SECRET)
    return secret
