"""Delivery of events, which are stored until acked and retried at once, after one minute and after five."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from sandbox.clock import Clock, instant, timestamp
from sandbox.faults import Faults
from sandbox.in_process import InProcess
from sandbox.request_urls import RequestUrls
from sandbox.slack_types import Json
from sandbox.socket_mode import Hub, Missed
from sandbox.store import Store

LOOK_EVERY = 0.25
FOLLOW_UPS = 10
"""How many times `settled` waits for deliveries that others cause, so that constant activity cannot block it."""
Transport = Hub | RequestUrls | InProcess
HELD_AT_MOST = timedelta(minutes=1)
"""Maximum time that an event is held back to be delivered out of order."""
RETRIES = {1: timedelta(0), 2: timedelta(minutes=1), 3: timedelta(minutes=5)}


class Deliveries:
    """Delivers events to the app, with retries and injected faults."""

    twice = False
    """Whether every event is delivered a second time after its ack."""

    def __init__(self, clock: Clock, transport: Transport, faults: Faults) -> None:
        self._clock, self._faults = clock, faults
        self._stores: dict[str, Store] = {}
        """The store of each undelivered event, by event id."""
        self._waiting: dict[str, Json] = {}
        self._held: dict[str, int] = {}
        """How many newer events must still overtake each held event, by event id. Held events are in `_waiting` too."""
        self._kept: list[Json] = []
        """Events that are held until `let_go`."""
        self._trying: set[asyncio.Task[None]] = set()
        self.use(transport)

    def use(self, transport: Transport) -> None:
        """Send all payloads over this transport from now on."""
        self.transport = transport
        transport.on_connect = self.resume

    def restore(self, store: Store) -> None:
        """Load from a store the events that an earlier process did not deliver."""
        for event in store.all("event"):
            self._waiting[event["id"]] = event
            self._stores[event["id"]] = store

    def send(self, store: Store, event: Json) -> None:
        """Start delivering a new event, applying any injected fault: socket failure, duplicate, or delay.

        The event itself may ask to be delivered twice (`double`), or to be held until `let_go` (`hold`).
        """
        self._stores[event["id"]] = store
        if isinstance(self.transport, Hub) and (how := self._faults.of_sockets()):
            self._track(self.transport.suffer(how))
        fault = self._faults.of_event(event["payload"]["event"]["type"]) or {}
        if fault.get("double") or event.pop("double", False):
            event["is_doubled"] = True
        if event.pop("hold", False):
            self._kept.append(event)
        elif fault.get("hold"):
            self._hold(event, fault["hold"])
        else:
            self._begin(event)

    def _hold(self, event: Json, behind: int) -> None:
        event["due"] = timestamp(self._clock.now() + HELD_AT_MOST)
        self._waiting[event["id"]], self._held[event["id"]] = event, behind

    def _go_ahead(self) -> None:
        """Count a finished delivery for the held events, and start those that enough newer events have overtaken."""
        for id in list(self._held):
            self._held[id] -= 1
            if self._held[id] <= 0:
                self._begin(self._waiting.pop(id))

    def let_go(self) -> None:
        """Start delivering every held event."""
        for id in list(self._held):
            self._begin(self._waiting.pop(id))
        kept, self._kept = self._kept, []
        for event in kept:
            self._begin(event)

    def _begin(self, event: Json) -> None:
        self._held.pop(event["id"], None)
        self._track(self._deliver(event))

    def _track(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._trying.add(task)
        task.add_done_callback(self._trying.discard)

    def resume(self) -> None:
        """Start every waiting delivery, because the app has connected."""
        waiting, self._waiting = self._waiting, {}
        for event in waiting.values():
            self._begin(event)

    def tick(self) -> None:
        now = self._clock.now()
        for event in [event for event in self._waiting.values() if instant(event["due"]) <= now]:
            self._begin(self._waiting.pop(event["id"]))

    async def settled(self) -> None:
        """Wait until no delivery is in flight, or the app has no connection."""
        for _ in range(FOLLOW_UPS):
            if not (flying := [*self._trying, *self.transport.in_flight()]):
                return
            await self._landed(flying)

    async def _landed(self, flying: list[asyncio.Future[Any]]) -> None:
        while self.transport.connections and (left := [each for each in flying if not each.done()]):
            await asyncio.wait(left, timeout=LOOK_EVERY)
        await asyncio.sleep(0)

    async def close(self) -> None:
        """Cancel deliveries in progress; undelivered events stay stored."""
        for task in list(self._trying):
            task.cancel()
        await asyncio.gather(*self._trying, return_exceptions=True)

    async def _deliver(self, event: Json) -> None:
        while missed := await self._try(event):
            event["attempt"] += 1
            event["reason"] = missed.reason
            wait = None if missed.is_final else RETRIES.get(event["attempt"])
            if wait is None:
                break
            event["due"] = timestamp(self._clock.now() + wait)
            self._stores[event["id"]].put("event", event["id"], event)
            if wait:
                self._waiting[event["id"]] = event
                return
        self._stores.pop(event["id"]).drop("event", event["id"])
        self._go_ahead()

    async def _try(self, event: Json) -> Missed | None:
        attempt, reason = event["attempt"], event.get("reason", "")
        answer = await self.transport.ask("events_api", event["payload"], retry_attempt=attempt, retry_reason=reason)
        if isinstance(answer, Missed):
            return answer
        if self.twice or event.get("is_doubled"):
            again = attempt + 1
            await self.transport.ask("events_api", event["payload"], retry_attempt=again, retry_reason="timeout")
        return None
