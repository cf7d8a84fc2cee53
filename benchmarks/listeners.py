"""How long a command waits for its ack, from the request in Bolt's hands to the response out of them.

A no-op through Bolt's default mode, Bolt's process_before_response mode and our dictionary of listeners, and a
command of ours that writes a message to the outbox and commits (SQLite, synchronous=FULL). Then what each further
listener costs in Bolt's own list and in our dictionary; the last one registered is asked for.
In one process, without a network. A figure is the median of a round's calls; rounds take turns.
"""

import asyncio
import itertools
import statistics
import time
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

from benchmarks import databases, figures
from bot import outbox
from bot.clock import Clock
from bot.database import Database
from bot.directory import Address
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages.post import Post
from handlers.errors import Answers

ROUNDS = 9
CALLS = 60
LISTENERS = (10, 50, 200)
POST = Post("Thank you")
_triggers = itertools.count()


async def _authorize(team_id: str) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None, team_id=team_id, bot_token="xoxb-1", bot_id="B1", bot_user_id="UBOT"  # noqa: S106
    )  # fmt: skip


def bolt(*, process_before_response: bool = True) -> AsyncApp:
    """As bot/app.py makes it."""
    return AsyncApp(
        process_before_response=process_before_response,
        authorize=_authorize,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


async def nothing(ack: AsyncAck) -> None:
    await ack()


async def one_message(ack: AsyncAck, body: dict[str, Any], sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await outbox.put(session, POST, to=Address(body["team_id"], body["channel_id"]), not_before=now)
    await ack()


def in_list(count: int, *, process_before_response: bool = True) -> AsyncApp:
    app = bolt(process_before_response=process_before_response)
    for number in range(count):
        app.command(f"/c{number}")(nothing)
    return app


def in_dictionary(database: Database, count: int, listener: Any = nothing) -> AsyncApp:
    app, on = bolt(), Listeners(database, Clock(), Answers())
    for number in range(count):
        on.command(f"/c{number}")(listener)
    on.attach(app)
    return app


async def asked(app: AsyncApp, command: str) -> float:
    """The median of some calls, in milliseconds."""
    took = []
    for _ in range(CALLS):
        body = {
            "type": "slash_commands", "command": command, "text": "", "team_id": "T1", "user_id": "UMAYA",
            "channel_id": "C1", "trigger_id": f"{next(_triggers)}.1",
        }  # fmt: skip
        request = AsyncBoltRequest(body=body, mode="socket_mode")
        started = time.perf_counter()
        response = await app.async_dispatch(request)
        took.append((time.perf_counter() - started) * 1000)
        assert response.status == 200, response.body  # noqa: S101
    return statistics.median(took)


async def main() -> None:
    figures.title("A command's ack, milliseconds", "slack-bolt", "SQLAlchemy")
    async with databases.sqlite() as database:
        await databases.team(database, "T1", Clock().now())
        first = "Bolt, default mode, no-op"
        apps = {
            first: (in_list(1, process_before_response=False), 1),
            "Bolt, process_before_response, no-op": (in_list(1), 1),
            "our dictionary, no-op": (in_dictionary(database, 1), 1),
            "our dictionary, one message committed": (in_dictionary(database, 1, one_message), 1),
        }
        for count in LISTENERS:
            apps[f"Bolt's list of {count}"] = (in_list(count), count)
            apps[f"our dictionary of {count}"] = (in_dictionary(database, count), count)
        found: dict[str, list[float]] = {name: [] for name in apps}
        for _ in range(ROUNDS):
            for name, (app, count) in apps.items():
                found[name].append(await asked(app, f"/c{count - 1}"))
    figures.table("what", "ms", "of Bolt's default")
    for name, took in found.items():
        figures.row(name, figures.spread(took, 3), figures.spread(figures.ratios(took, found[first]), 3))


if __name__ == "__main__":
    asyncio.run(main())
