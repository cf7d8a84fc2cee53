"""A world in a process of its own that dies, once, at a named point: `python -m tests.crashing DATA URL MODE POINT`.

Prints the sandbox's address when ready. The points are hooked in from here; the bot does not know of them.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import event
from sqlalchemy.orm import Session

from bot import outbox
from bot.listeners import Kind, Listeners, Request
from bot.outbox import relay, sending
from bot.timetable.keeper import Keeper
from tests.world import Mode, opened


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before_commit() -> None:
    @event.listens_for(Session, "before_commit", insert=True)
    def _before(session: Session) -> None:
        if session.info.get(outbox.LANES):
            session.flush()
            die()


def between_commit_and_ack() -> None:
    answer = Listeners._answer

    async def then_die(self: Listeners, request: Request, client: Any) -> Any:
        response = await answer(self, request, client)
        if request.kind is Kind.COMMAND:
            die()
        return response

    Listeners._answer = then_die  # type: ignore[method-assign]


def between_claim_and_post() -> None:
    async def never(client: Any, errand: sending.Errand) -> sending.Outcome:
        die()
        raise AssertionError

    sending.send = never


def between_post_and_mark() -> None:
    send = sending.send

    async def then_die(client: Any, errand: sending.Errand) -> sending.Outcome:
        outcome = await send(client, errand)
        if isinstance(outcome, sending.Sent):
            die()
        return outcome

    sending.send = then_die


def mid_tick() -> None:
    run = Keeper._run

    async def then_die(self: Keeper, session: Any, appointment: Any) -> bool:
        ran = await run(self, session, appointment)
        if appointment.job == "shoutouts.post_round_up":
            await session.flush()
            die()
        return ran

    Keeper._run = then_die  # type: ignore[method-assign]


POINTS: dict[str, Callable[[], None]] = {
    "before_commit": before_commit,
    "between_commit_and_ack": between_commit_and_ack,
    "between_claim_and_post": between_claim_and_post,
    "between_post_and_mark": between_post_and_mark,
    "mid_tick": mid_tick,
    "nowhere": lambda: None,
}


async def main(data: str, url: str, mode: str, point: str, at: str = "") -> None:
    relay.LEASE_SECONDS = 1.0  # a dead replica's lanes come free after a second, not thirty
    start = datetime.fromisoformat(at) if at else None
    async with opened(Path(data), url or None, at=start, mode=cast(Mode | None, mode or None)) as world:
        POINTS[point]()
        print(world.sandbox.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
