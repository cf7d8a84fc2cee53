"""The outbox relay: sends waiting rows in order, within Slack's rate limits, and avoids duplicates where possible.

It claims lanes, not rows, under a lease. Any number of replicas can run a relay.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from uuid import uuid4

import structlog
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import metrics
from bot.clock import Clock, monotonic_seconds
from bot.db import locks
from bot.db.disposable_keys import DisposableKey
from bot.db.encryption import CannotBeRead
from bot.db.sessions import Database
from bot.slack import rate_limits
from bot.slack.clients import Clients, NoToken
from bot.slack.outbox import lanes, leases, queries, results, sender
from bot.slack.outbox.attempts import WORDS, Claim, NotSent, Outcome, Parked, Refused, Sent, Unknown
from bot.slack.outbox.models import Lane, Method, Outgoing, State
from bot.slack.outbox.results import GAP
from bot.slack.post import Payload
from bot.slack.rate_limits import RateLimit

log = structlog.get_logger()

AT_ONCE, OF_ONE_WORKSPACE = 14, 10
"""The number of lanes that one relay leases at a time: in all, and of one workspace, so that others find room."""
LEASE_SECONDS = 30.0
SEND_SECONDS = 20.0
DEBOUNCE_SECONDS = 0.02
POLL_SECONDS = 0.5
"""Poll interval: how soon a replica sees rows that another one wrote."""
DRAIN_SECONDS = 10.0
RELEASE_SECONDS = 5.0
for _method in Method:
    for _word in WORDS.values():
        metrics.SENDS.labels(_method, _word)  # begins at zero, so that the first one counts as an increase
NextAt = Callable[[], Awaitable[datetime | None]]
KEY_IS_LOST = "its encryption key is lost"


class Relay:
    """A background worker that sends the outbox. `run` it in a live process, or `settle` to send what is due now."""

    def __init__(self, database: Database, clients: Clients, clock: Clock) -> None:
        self.name = uuid4().hex
        self._database = database
        self._clients = clients
        self._clock = clock
        self._in_flight: set[asyncio.Task[None]] = set()
        self._busy: Counter[str] = Counter()
        """How many of the sends in flight are in each workspace."""
        self._claiming = asyncio.Lock()
        self._stopping = False

    async def run(self) -> None:
        """Send until `stop` is called."""
        while not self._stopping:
            try:
                async with self._claiming:
                    started, due = await self._start_if_due()
                if not started:
                    await self._wait(due)
            except Exception:
                log.exception("relay_failed")
                await asyncio.sleep(POLL_SECONDS)

    async def settle(self, next_at: NextAt | None = None) -> None:
        """Send everything that is due by the clock's current time, and return when that is done.

        `next_at` returns when the next row is to be sent, by default with a query.
        """
        while await self._is_due(next_at or self.next_at):
            await self._start()
            await self._landed()

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Pause the relay: within this context nothing is in flight, and only `settle` sends."""
        async with self._claiming:
            await self._landed()
            yield

    async def stop(self) -> None:
        """Stop claiming, wait up to `DRAIN_SECONDS` for sends in flight, cancel the rest, and release the leases."""
        self._stopping = True
        self._database.posted.set()
        async with self._claiming:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._landed(), DRAIN_SECONDS)
        for task in list(self._in_flight):
            task.cancel()
        try:
            async with asyncio.timeout(RELEASE_SECONDS), self._database.begin() as session:
                await session.execute(update(Lane).where(Lane.lease_by == self.name).values(lease_until=None))
        except (SQLAlchemyError, OSError) as error:
            log.warning("leases_not_released", error=type(error).__name__)  # they end by themselves

    async def next_at(self) -> datetime | None:
        """Return when the next row is to be sent, or None if no row waits."""
        ((moment,),) = await self._database.look(lanes.READY_AT)
        return moment

    async def free_leases(self) -> None:
        """Clear stale leases at start-up on SQLite, where this is the only process. Does nothing on PostgreSQL."""
        if self._database.is_sqlite:
            async with self._database.begin() as session:
                await session.execute(update(Lane).values(lease_by=None, lease_until=None))

    async def _landed(self) -> None:
        while self._in_flight:
            await asyncio.wait(self._in_flight)

    async def _is_due(self, next_at: NextAt) -> bool:
        """Return whether a lane is still due, because the last batch may have had only rows that must wait longer."""
        due = await next_at()
        return due is not None and due <= self._clock.now()

    async def _wait(self, due: datetime | None) -> None:
        """Sleep until a row is due or a new row arrives. The short sleep afterwards debounces a burst of commits."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._database.posted.wait(), self._seconds_to(due))
            await asyncio.sleep(DEBOUNCE_SECONDS)

    def _seconds_to(self, due: datetime | None) -> float:
        if due is None or len(self._in_flight) >= AT_ONCE or self._full():
            return POLL_SECONDS  # a send that lands wakes the relay
        return min(POLL_SECONDS, max(0.005, (due - self._clock.now()).total_seconds()))

    async def _start_if_due(self) -> tuple[int, datetime | None]:
        """Call `_start` if a lane is due; return the number of sends started and when the next lane is due.

        The check is a read that takes no write lock, because every commit wakes the relay and few have a lane ready.
        """
        self._database.posted.clear()
        due = await self.next_at()
        is_due = due is not None and due <= self._clock.now()
        return await self._start() if is_due else 0, due

    async def _start(self) -> int:
        """Claim due rows and start to send them. Return how many."""
        self._database.posted.clear()
        free = AT_ONCE - len(self._in_flight)
        claims = await self._claim(free) if free else []
        for claim in claims:
            task = asyncio.create_task(self._deliver(claim))
            self._in_flight.add(task)
            self._busy[claim.row.workspace_id] += 1
            task.add_done_callback(partial(self._land, claim.row.workspace_id))
        return len(claims)

    def _full(self) -> list[str]:
        """Return the workspaces that have as many sends in flight as one may have."""
        return [id for id, busy in self._busy.items() if busy >= OF_ONE_WORKSPACE]

    def _land(self, workspace_id: str, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        self._busy -= Counter([workspace_id])
        self._database.posted.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("send_task_failed", exc_info=error)

    async def _claim(self, most: int) -> list[Claim]:
        now = self._clock.now()
        deadline = monotonic_seconds() + SEND_SECONDS
        async with self._database.begin() as session:
            found = self._fair_share(await lanes.lock_ready_lanes(session, now, most, self._full()))
            limits = await rate_limits.lock_limits(session, [(lane.workspace_id, lane.method) for lane in found], now)
            sendable = self._find_sendable(session, found, limits, now)
            claims = [await self._take(session, row, deadline) async for row in sendable]
            if claims:
                used = {(claim.row.workspace_id, claim.row.method) for claim in claims}
                await rate_limits.store(session, [limits[each] for each in sorted(used)])
                await self._lease(session, claims, now)
            return claims

    def _fair_share(self, ready: Sequence[Lane]) -> list[Lane]:
        """Return the lanes without those that would give a workspace more than `OF_ONE_WORKSPACE` sends in flight."""
        busy, found = self._busy.copy(), []
        for lane in ready:
            if busy[lane.workspace_id] < OF_ONE_WORKSPACE:
                busy[lane.workspace_id] += 1
                found.append(lane)
        return found

    async def _find_sendable(
        self, session: AsyncSession, found: list[Lane], limits: dict[tuple[str, str], RateLimit], now: datetime
    ) -> AsyncIterator[Outgoing]:
        """Yield the heads (next rows) of lanes for which the rate limit allows a call.

        The limit is checked first: usually only one lane in ten may send, and then only that lane's head has to be
        read. A head whose method differs from the lane's hint waits for the next claim, when the hint is right.
        """
        limited = [(lane, limits[lane.workspace_id, lane.method]) for lane in found]
        heads = await lanes.lock_heads(session, [lane.address for lane, limit in limited if limit.is_open(now)], now)
        for lane, limit in limited:
            row = await lanes.lock_next_row(session, lane, now, heads) if limit.is_open(now) else None
            if row and row.method == limit.method and limit.take(now):
                yield row

    async def _take(self, session: AsyncSession, row: Outgoing, deadline: float) -> Claim:
        card = row.posted if row.method in (Method.UPDATE, Method.DELETE) else None
        person = row.recipient
        key = await session.get(DisposableKey, (row.workspace_id, row.sealed_with)) if row.sealed_with else None
        return Claim(
            row,
            channel=card.channel_id if card else person.dm_id if person else row.conversation,
            ts=card.ts if card else None,
            user_id=person.id if person else None,
            unsure_since=row.attempted_at,
            deadline=deadline,
            thread_ts=row.parent.ts if row.parent else None,
            key=key,
        )

    async def _lease(self, session: AsyncSession, claims: list[Claim], now: datetime) -> None:
        """Record that the claimed rows are attempted now, and lease their lanes."""
        await queries.record_attempts(session, [claim.row.id for claim in claims], now)
        windows = {claim.row.address: now + results.arrival_window(claim.row) for claim in claims}
        await leases.lease(session, self.name, LEASE_SECONDS, windows)

    async def _deliver(self, claim: Claim) -> None:
        """Send a row within its lease and record the outcome.

        An unexpected exception counts as `Refused`, so that one bad row cannot block its lane.
        """
        left = claim.deadline - monotonic_seconds()
        if left <= 0:
            return
        body: Payload = {}
        try:
            async with asyncio.timeout(left):
                attempt = claim.attempt(self._database.vault, partial(self._save_file_id, claim))
                body = attempt.body
                client = await self._clients.of(claim.row.workspace_id)
                outcome = await sender.send(client, attempt)
        except TimeoutError:
            outcome = Unknown("TimeoutError")
        except (SQLAlchemyError, NoToken) as error:
            outcome = NotSent(type(error).__name__)
        except CannotBeRead:
            outcome = Refused(KEY_IS_LOST)
        except Exception as error:
            log.exception("message_send_crashed", row=claim.row.id, method=claim.row.method)
            outcome = Refused(type(error).__name__)
        metrics.SENDS.labels(claim.row.method, WORDS[type(outcome)]).inc()
        async with self._database.begin() as session:
            await self._mark(session, claim, body, outcome)

    async def _save_file_id(self, claim: Claim, file_id: str) -> None:
        """Save the id of an uploaded file before it is shared, so that it can be looked up after a crash.

        Raises `TimeoutError` if the row is no longer waiting or the lease is lost, so that the file is not shared.
        """
        async with self._database.begin() as session:
            row = await locks.lock_existing(session, Outgoing, claim.row.id)
            if row.state != State.WAITING or not await leases.is_leased(session, row.address, self.name):
                raise TimeoutError
            row.file_id = file_id

    async def _mark(self, session: AsyncSession, claim: Claim, body: Payload, outcome: Outcome) -> None:
        """Record the outcome. A relay that has lost the lease may only record that the row was sent."""
        now, lane, rest = self._clock.now(), claim.row.address, GAP
        await results.record_facts(session, claim, outcome, now=now)
        is_sent = isinstance(outcome, Sent)
        row = claim.row if is_sent else await locks.lock_existing(session, Outgoing, claim.row.id)
        if is_sent or (row.state == State.WAITING and await leases.is_leased(session, lane, self.name)):
            rest = await results.record_outcome(session, row, claim, body, outcome, now)
        await session.flush()
        await leases.release(session, lane, self.name, paced_until=now + rest, now=now)
        if isinstance(outcome, Parked):
            self._clients.forget(lane.workspace_id)
