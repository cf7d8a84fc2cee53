"""Removal of the bot's safeguards, to check that the audit notices the resulting faults."""

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.scheduler.worker import SchedulerWorker
from bot.slack.inbox import Sessions
from bot.slack.outbox import sender

COMMIT_DELAY = 0.8

_behind: set[asyncio.Task[None]] = set()


def ack_before_commit() -> None:
    """Send each ack at once, and commit the listener's transaction a moment later."""

    async def commit(self: Sessions) -> None:
        session, self._session = self._session, None
        if session is not None:
            task = asyncio.create_task(_commit_later(session))
            _behind.add(task)
            task.add_done_callback(_behind.discard)

    Sessions.commit = commit  # type: ignore[method-assign]


async def _commit_later(session: AsyncSession) -> None:
    await session.flush()
    await asyncio.sleep(COMMIT_DELAY)
    await session.commit()
    await session.close()


def post_without_a_look() -> None:
    """Retry a post whose outcome is unknown without looking for it in the channel."""

    async def not_there(*passed: Any) -> None:
        return None

    sender._look_up = not_there  # type: ignore[assignment]


def move_on_before_the_job() -> None:
    """Reschedule each job in a transaction of its own, before the job has run."""

    async def keep_one(self: SchedulerWorker, workspace_id: str) -> bool:
        async with self._database.begin() as session:
            scheduled = await self._claim_due(session, workspace_id, self._clock.now())
            if scheduled is None:
                return False
            if not scheduled.move_on():
                await session.delete(scheduled)
        async with self._database.begin() as session:
            await self._run(session, scheduled)
        return True

    SchedulerWorker._run_one = keep_one  # type: ignore[method-assign]


SABOTAGE: dict[str, Callable[[], None]] = {
    "ack_before_commit": ack_before_commit,
    "post_without_a_look": post_without_a_look,
    "move_on_before_the_job": move_on_before_the_job,
}
