"""The dispatcher behind Bolt: looks up listeners by name, applies a timeout, and commits before it acks."""

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import metrics
from bot.clock import Clock, monotonic_seconds
from bot.db.sessions import Database
from bot.errors import AnswerTooLate, Refusal
from bot.refusals.common import OUT_OF_USE, UNKNOWN_COMMAND
from bot.slack import mrkdwn
from bot.slack.commands import split
from bot.slack.inbox import Duplicate, Sessions
from bot.slack.org_events import OrgEvents
from bot.slack.post import Payload, menu_to_button
from bot.text import safety

log = structlog.get_logger()

UMBRELLA = "/steward"
"""The command that accepts every other command as its subcommand."""

SECONDS = 2.5
"""Timeout for the listeners of one request. Slack stops waiting for the ack after 3 seconds."""

OFFERED = {"ack", "actor", "body", "client", "context", "event", "now", "public_url", "sessions", "view"}
"""The arguments that a listener can declare by name."""

Listener = Callable[..., Awaitable[None]]
ANYTHING = re.compile("")


class Kind(StrEnum):
    COMMAND = "command"
    ACTION = "action"
    VIEW = "view"
    SHORTCUT = "shortcut"
    OPTIONS = "options"
    EVENT = "event"


for _kind in Kind:
    for _outcome in ("done", "refused", "duplicate", "failed"):
        metrics.ACKS.labels(_kind, _outcome)  # begins at zero, so that the first one counts as an increase


class Actor(NamedTuple):
    """The user behind a request, and the workspace whose token the bot answers with."""

    workspace_id: str
    person_id: str
    """Empty for an event without a user, such as the renaming of a channel."""


@dataclass(frozen=True)
class Request:
    """One delivery from Slack, as listeners and error handlers see it."""

    kind: Kind
    name: str
    body: Payload
    context: AsyncBoltContext
    ack: AsyncAck
    now: datetime
    database: Database
    is_recorded: bool = True
    """Whether the delivery's id is stored, so that the same delivery has no second effect."""

    @property
    def workspace_id(self) -> str:
        return self.context.team_id or ""

    @property
    def actor(self) -> Actor:
        return Actor(self.workspace_id, self.context.user_id or "")

    @property
    def delivery_id(self) -> str | None:
        """The id by which the delivery is deduplicated; None if handling the delivery twice does no harm."""
        if not self.is_recorded:
            return None
        match self.kind:
            case Kind.OPTIONS:
                return None
            case Kind.EVENT:
                return str(self.body["event_id"])
            case Kind.VIEW:
                return f"{self.body['view']['id']}:{self.body['view'].get('hash', '')}"
            case _:
                return str(self.body["trigger_id"])

    @property
    def log_id(self) -> str:
        """Return the six characters in an error message with which the operator finds the error in the log."""
        return blake2b(f"{self.delivery_id}{self.now}".encode(), digest_size=3).hexdigest()

    def sessions(self) -> Sessions:
        shared = self.kind is Kind.EVENT
        return Sessions(self.database, self.workspace_id, self.delivery_id, self.now, shared=shared)


class Explain(Protocol):
    """Builds the response when a listener raises. Implemented in `handlers/errors.py`."""

    async def refusal(self, request: Request, error: Refusal) -> BoltResponse: ...

    async def failure(self, request: Request, error: Exception) -> BoltResponse: ...


class Dispatcher:
    """A registry of listeners. Register them with the decorators, then `attach` to a Bolt app.

    Several listeners can listen to the same event; they then run in one transaction. Events without a listener are
    acked; unknown commands, and forms and buttons of an earlier version, are refused.
    """

    def __init__(self, database: Database, clock: Clock, explain: Explain, public_url: str | None = None) -> None:
        self._database = database
        self._public_url = public_url
        self._clock = clock
        self._explain = explain
        self._listeners: dict[tuple[Kind, str], list[Listener]] = {}
        self.org_events = OrgEvents(database)
        self._wants: dict[Listener, list[str]] = {}
        self._unrecorded: set[tuple[Kind, str]] = set()
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._draining = False
        self.heard_at: float | None = None
        """When the last delivery arrived, by the machine's monotonic clock."""
        self.unacked: set[str] = set()
        """Listeners that returned without an ack. That is a bug: it is logged, and the dispatcher acks for them."""

    def command(self, name: str) -> Callable[[Listener], Listener]:
        return self._on(Kind.COMMAND, name)

    def action(self, action_id: str) -> Callable[[Listener], Listener]:
        return self._on(Kind.ACTION, action_id)

    def view(self, callback_id: str, *, is_recorded: bool = True) -> Callable[[Listener], Listener]:
        """Register a listener for a form. Without `is_recorded`, nothing stored tells that the form was sent."""
        return self._register(Kind.VIEW, callback_id, is_recorded=is_recorded)

    def shortcut(self, callback_id: str) -> Callable[[Listener], Listener]:
        return self._on(Kind.SHORTCUT, callback_id)

    def options(self, action_id: str) -> Callable[[Listener], Listener]:
        return self._on(Kind.OPTIONS, action_id)

    def event(self, name: str, *, is_recorded: bool = True) -> Callable[[Listener], Listener]:
        """Register a listener for an event. Without `is_recorded`, it must do no harm to handle a delivery twice."""
        return self._register(Kind.EVENT, name, is_recorded=is_recorded)

    def names(self, kind: Kind) -> list[str]:
        """Return the sorted names for which a listener of this kind is registered."""
        return sorted(name for of, name in self._listeners if of is kind)

    def attach(self, app: AsyncApp) -> None:
        """Register one Bolt listener for each kind of payload."""
        app.command(ANYTHING)(self._listen(Kind.COMMAND, lambda body: body["command"]))
        app.action(ANYTHING)(self._listen(Kind.ACTION, lambda body: body["actions"][0]["action_id"]))
        app.view(ANYTHING)(self._listen(Kind.VIEW, lambda body: body["view"]["callback_id"]))
        app.shortcut(ANYTHING)(self._listen(Kind.SHORTCUT, lambda body: body["callback_id"]))
        app.options(ANYTHING)(self._listen(Kind.OPTIONS, lambda body: body["action_id"]))
        app.event(ANYTHING)(self._listen(Kind.EVENT, lambda body: body["event"]["type"]))

    async def drain(self, seconds: float) -> None:
        """Stop accepting requests, answer new ones with 503, and wait up to `seconds` for the running ones."""
        self._draining = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)

    def _register(self, kind: Kind, name: str, *, is_recorded: bool) -> Callable[[Listener], Listener]:
        if not is_recorded:
            self._unrecorded.add((kind, name))
        return self._on(kind, name)

    def _on(self, kind: Kind, name: str) -> Callable[[Listener], Listener]:
        def register(listener: Listener) -> Listener:
            wants = list(inspect.signature(listener).parameters)
            if strange := set(wants) - OFFERED:
                raise TypeError(f"{listener.__name__} asks for {sorted(strange)}; there is {sorted(OFFERED)}")
            self._listeners.setdefault((kind, name), []).append(listener)
            self._wants[listener] = wants
            return listener

        return register

    def _listen(self, kind: Kind, name_of: Callable[[Payload], str]) -> Callable[..., Awaitable[BoltResponse]]:
        async def listen(
            ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
        ) -> BoltResponse:
            if self._draining:
                return BoltResponse(status=503)
            if not context.team_id:
                return await self.org_events.handle(body, context.enterprise_id, self._clock.now())
            body = _of_one_workspace(safety.truncate_payload(body), context.team_id or "")
            body = self._as_own_command(body) if kind is Kind.COMMAND else body
            body = menu_to_button(body) if kind is Kind.ACTION else body
            name = name_of(body)
            is_recorded = (kind, name) not in self._unrecorded
            request = Request(kind, name, body, context, ack, self._clock.now(), self._database, is_recorded)
            self._running += 1
            self._idle.clear()
            try:
                return await self._answer(request, client)
            finally:
                self._running -= 1
                if not self._running:
                    self._idle.set()

        return listen

    def _as_own_command(self, body: Payload) -> Payload:
        """Rewrite `/steward shoutout …` to `/shoutout …`, for workspaces where another app owns `/shoutout`."""
        word, rest = split(body.get("text") or "")
        if body["command"] == UMBRELLA and (Kind.COMMAND, f"/{word}") in self._listeners:
            return {**body, "command": f"/{word}", "text": rest}
        return body

    async def _answer(self, request: Request, client: AsyncWebClient) -> BoltResponse:
        began = self.heard_at = monotonic_seconds()
        outcome = "failed"
        try:
            response = await self._run(request, client)
            outcome = "done"
            return response
        except Duplicate:
            outcome = "duplicate"
            log.info("duplicate_delivery_dropped", kind=request.kind, name=request.name, delivery=request.delivery_id)
            return BoltResponse(status=200)
        except Refusal as error:
            outcome = "refused"
            name, field = type(error).__name__, error.field
            log.info("listener_refused", kind=request.kind, name=request.name, error=name, field=field)
            return await self._explain.refusal(request, error)
        except Exception as error:
            told = {"kind": request.kind, "name": request.name, "delivery": request.delivery_id}
            log.exception("listener_failed", log_id=request.log_id, **told)
            return await self._explain.failure(request, error)
        finally:
            metrics.ACKS.labels(request.kind, outcome).inc()
            metrics.ACK_SECONDS.labels(request.kind).observe(monotonic_seconds() - began)

    async def _run(self, request: Request, client: AsyncWebClient) -> BoltResponse:
        listeners = self._listeners.get((request.kind, request.name), [])
        if not listeners and request.kind is Kind.COMMAND:
            raise Refusal(UNKNOWN_COMMAND)
        if not listeners and _is_out_of_use(request):
            raise AnswerTooLate(OUT_OF_USE)
        if request.kind is Kind.COMMAND:
            await self._put_labels(request)
        sessions = request.sessions()
        has = self._offered(request, client, sessions)
        try:
            async with asyncio.timeout(SECONDS):
                for listener in listeners:
                    await listener(**{name: has[name] for name in self._wants[listener]})
                await sessions.commit()
        finally:
            await sessions.close()
        if not request.ack.response and listeners and request.kind is not Kind.EVENT:
            self.unacked.add(f"{request.kind} {request.name}")
            log.error("listener_did_not_ack", kind=request.kind, name=request.name)
        return request.ack.response or await request.ack()

    async def _put_labels(self, request: Request) -> None:
        text = request.body.get("text") or ""
        if mrkdwn.has_unlabeled_mention(text):
            async with self._database.reading() as session:
                request.body["text"] = await mrkdwn.add_labels(session, request.workspace_id, text)

    def _offered(self, request: Request, client: AsyncWebClient, sessions: Sessions) -> dict[str, Any]:
        body = request.body
        return {
            "ack": request.ack,
            "actor": request.actor,
            "body": body,
            "client": client,
            "context": request.context,
            "event": body.get("event"),
            "now": request.now,
            "public_url": self._public_url,
            "sessions": sessions,
            "view": body.get("view"),
        }


def _is_out_of_use(request: Request) -> bool:
    """Return whether a request without a listener comes from a form or button of an earlier version.

    Link buttons do not count: they open the browser and need no listener.
    """
    if request.kind is Kind.ACTION:
        pressed = request.body["actions"][0]
        return bool(pressed.get("type") == "button" and not pressed.get("url"))
    return request.kind is Kind.VIEW


def _of_one_workspace(body: Payload, workspace_id: str) -> Payload:
    """Return the payload with `team_id` and `team.id` set to the workspace whose token the bot answers with.

    In channels shared by several workspaces, Slack may set them to the workspace of the user.
    """
    team = body.get("team")
    return {**body, "team_id": workspace_id, "team": {**(team if isinstance(team, dict) else {}), "id": workspace_id}}
