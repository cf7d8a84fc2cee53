"""What Slack sent to the bot and what the bot acked, looked up all the while: the sandbox keeps the newest alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp

from benchmarks.crashes.ledger import Ledger
from tests.harness import Slack

LOOK_EVERY = 0.5
MOST_TRIES = 4
"""After which Slack gives an event up."""

Json = dict[str, Any]


class Observer:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._since = ""
        self._blind_before = 0.0
        self._seen: set[tuple[str, str]] = set()
        self.tries: dict[tuple[str, ...], list[bool]] = {}
        """For what happened to a message: each try of Slack's to tell of it, and whether it was acked."""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    def could_not_see_before(self, at: float) -> None:
        """The sandbox was killed, and has forgotten what it sent out last; what it did not send is on its disk."""
        self._blind_before = at

    def was_heard(self, *what: str) -> bool:
        return any(self.tries.get(what, []))

    def was_given_up(self, *what: str) -> bool:
        """Slack tried as often as it does, and the bot never acked."""
        tries = self.tries.get(what, [])
        return len(tries) >= MOST_TRIES and not any(tries)

    def unheard(self, diary: Ledger) -> list[tuple[str, ...]]:
        """What Slack still has to tell the bot of."""
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
        return [each for each in (*said, *reacted) if not self.was_heard(*each) and not self.was_given_up(*each)]

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
