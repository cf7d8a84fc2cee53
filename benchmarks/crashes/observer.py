"""Observer that polls which events the sandbox sent and the bot acked, because the sandbox logs only the newest."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp

from benchmarks.crashes.ledger import Ledger
from tests.harness import Slack

LOOK_EVERY = 0.5
MOST_TRIES = 4
"""The number of attempts after which Slack gives up on an event."""

Json = dict[str, Any]


class Observer:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._since = ""
        self._blind_before = 0.0
        self._seen: set[tuple[str, str]] = set()
        self.tries: dict[tuple[str, ...], list[bool]] = {}
        """For each event, whether each delivery attempt was acked."""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    def ignore_events_before(self, at: float) -> None:
        """Ignore events before `at`, because the sandbox was killed and its log of payloads is lost.

        Events that it had not delivered yet are stored on disk.
        """
        self._blind_before = at

    def was_acked(self, *what: str) -> bool:
        return any(self.tries.get(what, []))

    def was_given_up(self, *what: str) -> bool:
        """Return whether Slack gave up on an event after its last delivery attempt."""
        tries = self.tries.get(what, [])
        return len(tries) >= MOST_TRIES and not any(tries)

    def undelivered(self, diary: Ledger) -> list[tuple[str, ...]]:
        """Return the ledger's events that the sandbox still has to deliver to the bot."""
        said = [
            ("message", each.channel, each.ts)
            for each in diary.thanks
            if each.way == "message" and each.ts and each.begun > self._blind_before
        ]
        reacted = [
            ("reaction_added" if each.is_on else "reaction_removed", each.channel, each.ts, each.giver)
            for each in diary.reactions.values()
            if each.begun > self._blind_before
        ]
        return [each for each in (*said, *reacted) if not self.was_acked(*each) and not self.was_given_up(*each)]

    async def _watch(self) -> None:
        while True:
            with suppress(aiohttp.ClientError, TimeoutError):
                await self.look()
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        for each in (await self._slack.look("payloads", since=self._since))["payloads"]:
            self._since = max(self._since, each["at"])
            if each["type"] == "events_api":
                self._note(each["payload"], each["at"], each["ack"] is not None)

    def _note(self, payload: Json, at: str, acked: bool) -> None:
        known = (payload["event_id"], at)
        if known not in self._seen:
            self._seen.add(known)
            if what := _what(payload["event"]):
                self.tries.setdefault(what, []).append(acked)


def _what(event: Json) -> tuple[str, ...] | None:
    match event["type"]:
        case "message" if "subtype" not in event:
            return "message", event["channel"], event["ts"]
        case "reaction_added" | "reaction_removed":
            return event["type"], event["item"]["channel"], event["item"]["ts"], event["user"]
    return None
