"""Receiver of webhooks: verifies each delivery, processes it in one transaction, and answers as the sender expects."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot import metrics
from bot.alerts import Alert, Ticket
from bot.clock import Clock
from bot.db.sessions import Database
from bot.features import webhooks as features_webhooks
from bot.features.webhooks import Sender, Webhook
from bot.messages import webhooks as messages
from bot.org import workspaces
from bot.org.teams.models import Team
from bot.slack import inbox
from bot.workflows import webhooks
from handlers.webhooks import delivery, senders
from handlers.webhooks.delivery import ParsedDelivery, Receipt, Received

log = structlog.get_logger()

TIMEOUT_SECONDS = 4.0
"""How long processing may take; some senders time out after 5 seconds."""
MOST_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """The HTTP response to a sender, and the outcome that metrics count."""

    status: int
    outcome: str
    body: Mapping[str, Any] = field(default_factory=dict)


UNKNOWN = Answer(404, "unknown", {"ok": False, "said": "No such address."})
"""The answer for an unknown address, which does not reveal whether the sender or the token is unknown."""
TOO_LARGE = Answer(413, "too_large", {"ok": False, "said": "The body is too large."})
TOO_SLOW = Answer(408, "too_slow", {"ok": False, "said": "The body took too long to arrive."})
GONE = Answer(400, "gone", {"ok": False, "said": "The body didn't arrive in full."})
REFUSED = Answer(401, "refused", {"ok": False, "said": "Wrong secret or signature."})
NO_SECRET = Answer(503, "no_secret", {"ok": False, "said": "This address has no secret yet. Please retry later."})
FAILED = Answer(503, "failed", {"ok": False, "said": "That failed. Please retry."})
NOT_HEARD = ("stale", "unheard")
"""Outcomes of deliveries that had no effect."""
PARKED = "parked"
"""The outcome of deliveries for a workspace that has uninstalled the app."""
DUPLICATE = Answer(200, "duplicate", {"ok": True, "said": "Already received."})


class Receiver:
    """Processes webhook deliveries for the web server."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def check_address(self, sender: str, token: str) -> Answer:
        """Return 200 if a webhook address exists, else 404, for senders that check this before they send."""
        async with self._database.reading() as session:
            return Answer(200, "asked") if await features_webhooks.find_by_token(session, sender, token) else UNKNOWN

    async def receive(self, sender: str, token: str, received: Received) -> Answer:
        """Process a delivery. Never raises: the answer to an internal error makes the sender retry."""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                answer = await self._answer(sender, token, received)
        except Exception:
            log.exception("webhook_failed", sender=_label(sender))
            answer = FAILED
        return answer

    async def too_large(self, sender: str, token: str, size: int) -> Answer:
        """Record that a delivery was too large, so that the team sees it in its list of webhooks. Never raises."""
        try:
            async with self._database.reading() as session:
                hook = await features_webhooks.find_by_token(session, sender, token)
            if hook:
                await self._refuse(hook, TOO_LARGE, messages.too_large(size), self._clock.now())
        except Exception:
            log.exception("webhook_failed", sender=_label(sender))
        return TOO_LARGE

    async def _answer(self, sender: str, token: str, received: Received) -> Answer:
        now = self._clock.now()
        async with self._database.reading() as session:
            hook = await features_webhooks.find_by_token(session, sender, token)
            secrets = features_webhooks.list_secrets(session, hook, now) if hook else []
        if hook is None:
            return UNKNOWN
        way = senders.SENDERS[Sender(hook.sender)]
        if not secrets:
            return await self._refuse(hook, NO_SECRET, messages.NO_SECRET, now)
        try:
            plain = delivery.decompress(received, MOST_BYTES)
        except delivery.TooLarge:
            return await self._refuse(hook, TOO_LARGE, messages.too_large(MOST_BYTES), now)
        if not any(way.module.verify(each, secrets) for each in (received, plain)):
            return await self._refuse(hook, REFUSED, messages.REFUSED, now)
        read = senders.parse_delivery(Sender(hook.sender), plain)
        if read.problem:
            said = {**way.error_body(read.problem), "ok": False, "said": read.problem}
            return await self._refuse(hook, Answer(way.unreadable, "unreadable", said), read.problem, now)
        try:
            return await self._record_and_process(hook, read, plain, now)
        except inbox.Duplicate:
            log.info("webhook_duplicate_dropped", hook=hook.id)
            return Answer(way.done, DUPLICATE.outcome, way.response_body(read) or DUPLICATE.body)

    async def _record_and_process(
        self, found: Webhook, read: ParsedDelivery, received: Received, now: datetime
    ) -> Answer:
        """Record and process a delivery in one transaction.

        One for a parked workspace changes nothing. Its sender is told so, with the status that keeps it from trying
        again.
        """
        async with self._database.begin() as session:
            hook = await features_webhooks.lock_webhook(session, found.workspace_id, found.id)
            if hook is None:
                return UNKNOWN
            if await workspaces.is_stopped(session, hook.workspace_id):
                outcome, said = PARKED, messages.PARKED
            else:
                outcome, said = await self._effect(session, hook, read, received, now)
                features_webhooks.record_outcome(hook, said, now, is_heard=outcome not in NOT_HEARD)
        way = senders.SENDERS[Sender(found.sender)]
        if outcome in ("unheard", PARKED):
            return Answer(way.done, outcome, {**way.response_body(read), "message": said, "ok": False, "said": said})
        return Answer(way.done, outcome, way.response_body(read) or {"ok": True, "said": said})

    async def _effect(
        self, session: AsyncSession, hook: Webhook, read: ParsedDelivery, received: Received, now: datetime
    ) -> tuple[str, str]:
        """Process a delivery; return the outcome for metrics and a sentence for the team's list of webhooks."""
        if read.receipt.is_stale(received.at):
            return "stale", messages.STALE
        await _take_receipt(session, hook, read.receipt, now)
        team = await session.get_one(Team, hook.team_id)
        if team.is_closed:
            return "unheard", messages.UNHEARD
        told: list[Alert | Ticket] = [*read.alerts, *read.tickets]
        moved = [_complete_event(each, hook, self._clock.offset_from_wall_clock(received.at)) for each in told]
        outcome = (
            "folded"
            if await webhooks.accept_events(session, team, hook, moved, now)
            else "heard"
            if told
            else "nothing"
        )
        return outcome, messages.delivery_outcome(read.alerts, read.tickets, read.note, read.left_out)

    async def _refuse(self, found: Webhook, answer: Answer, said: str, now: datetime) -> Answer:
        """Record a refusal, so that a leader who mistyped a secret sees it. A repeated refusal writes nothing."""
        if features_webhooks.is_recorded(found, said, now):
            return answer
        async with self._database.begin() as session:
            hook = await features_webhooks.lock_webhook(session, found.workspace_id, found.id)
            if hook and not await workspaces.is_stopped(session, hook.workspace_id):
                features_webhooks.record_outcome(hook, said, now, is_refused=True)
        log.warning("webhook_refused", hook=found.id, sender=found.sender, outcome=answer.outcome)
        return answer


async def _take_receipt(session: AsyncSession, hook: Webhook, receipt: Receipt, now: datetime) -> None:
    """Record a delivery's idempotency keys; raise `Duplicate` if one is already recorded."""
    is_news = receipt.is_state and hook.last_id != receipt.ids[0]
    again_after = timedelta(0) if is_news else receipt.again_after
    for id in receipt.ids:
        await inbox.record_delivery(
            session, hook.workspace_id, f"hook:{hook.id}:{id}",
            again_after=again_after, longer=receipt.longer, now=now,
        )  # fmt: skip
    hook.last_id = receipt.ids[0]


def _complete_event(told: Alert | Ticket, hook: Webhook, by: timedelta) -> Alert | Ticket:
    """Fill in the webhook's queue if there is none, and convert wall-clock times to the bot's clock."""
    queue = told.queue or hook.queue
    if isinstance(told, Ticket):
        return replace(told, queue=queue, at=told.at + by)
    return replace(told, queue=queue, occurred_at=told.occurred_at + by if told.occurred_at else None)


def _label(sender: str) -> str:
    return sender if sender in list(Sender) else "unknown"


for _sender in Sender:
    for _outcome in ("heard", REFUSED.outcome, NO_SECRET.outcome, "unreadable", FAILED.outcome):
        metrics.HOOKS.labels(_sender, _outcome)  # begins at zero, so that the first one counts as an increase


def count_answer(sender: str, answer: Answer) -> None:
    metrics.HOOKS.labels(_label(sender), answer.outcome).inc()
