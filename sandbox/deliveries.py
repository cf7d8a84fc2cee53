"""Events on their way to the app: on disk until acked, tried at once, after a minute and after five."""

import asyncio
from datetime import timedelta

from sandbox.clock import Clock, instant, timestamp
from sandbox.hub import Hub, Missed
from sandbox.request_urls import RequestUrls
from sandbox.shapes import Json
from sandbox.store import Store

LOOK_EVERY = 0.25
Door = Hub | RequestUrls
RETRIES = {1: timedelta(0), 2: timedelta(minutes=1), 3: timedelta(minutes=5)}


class Deliveries:
    twice = False

    def __init__(self, store: Store, clock: Clock, door: Door) -> None:
        self._store, self._clock = store, clock
        self._waiting: dict[str, Json] = {}
        self._trying: set[asyncio.Task[None]] = set()
        self.use(door)

    def use(self, door: Door) -> None:
        """Everything goes out through this door from now on."""
        self.door = door
        door.on_connect = self.resume

    def restore(self) -> None:
        """Take up what an earlier process had not delivered."""
        for event in self._store.all("event"):
            self._waiting[event["id"]] = event

    def begin(self, event: Json) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(event))
        self._trying.add(task)
        task.add_done_callback(self._trying.discard)

    def resume(self) -> None:
        """A connection is there: what waits need not wait longer."""
        waiting, self._waiting = self._waiting, {}
        for event in waiting.values():
            self.begin(event)

    def tick(self) -> None:
        now = self._clock.now()
        for event in [event for event in self._waiting.values() if instant(event["due"]) <= now]:
            self.begin(self._waiting.pop(event["id"]))

    async def settled(self) -> None:
        """Wait for what is in flight; what has no connection to go over is not."""
        while self.door.connections and (flying := [*self._trying, *self.door.in_flight()]):
            await asyncio.wait(flying, timeout=LOOK_EVERY)
            await asyncio.sleep(0)

    async def close(self) -> None:
        """Stop trying; what is not delivered stays on disk."""
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
            self._store.put("event", event["id"], event)
            if wait:
                self._waiting[event["id"]] = event
                return
        self._store.drop("event", event["id"])

    async def _try(self, event: Json) -> Missed | None:
        attempt, reason = event["attempt"], event.get("reason", "")
        answer = await self.door.ask("events_api", event["payload"], retry_attempt=attempt, retry_reason=reason)
        if isinstance(answer, Missed):
            return answer
        if self.twice:
            again = attempt + 1
            await self.door.ask("events_api", event["payload"], retry_attempt=again, retry_reason="timeout")
        return None
