"""Events of an organization, which name no workspace: they may change facts, and send nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from slack_bolt.response import BoltResponse

from bot.db.sessions import Database
from bot.slack.post import Payload

log = structlog.get_logger()

SECONDS = 2.5
"""Timeout for a listener. Slack stops waiting for the ack after 3 seconds."""
Listener = Callable[[Database, str, Payload, datetime], Awaitable[None]]
"""A listener gets the database, the organization's id, the event and the time."""


class OrgEvents:
    """A registry of listeners by the name of the event, each of which is idempotent: Slack may deliver twice."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: dict[str, Listener] = {}

    def add(self, name: str, listener: Listener) -> None:
        self._listeners[name] = listener

    async def handle(self, body: Payload, enterprise_id: str | None, now: datetime) -> BoltResponse:
        """Pass a request without a workspace to its listener. All others, even presses, are acked and ignored."""
        event = body.get("event") or {}
        listener = self._listeners.get(event.get("type", "")) if enterprise_id else None
        if listener is None or enterprise_id is None:
            return BoltResponse(status=200)
        try:
            async with asyncio.timeout(SECONDS):
                await listener(self._database, enterprise_id, event, now)
        except Exception:
            log.exception("org_event_failed", name=event.get("type"))
            return BoltResponse(status=503)
        return BoltResponse(status=200)
