"""Benchmark of dispatch by number of listeners: Bolt's list of listeners against Steward's dictionary.

Runs in one process, without a network. Each figure is the median of one round's calls; the two variants alternate.
"""

import itertools
import statistics
import time

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks import databases, figures, report
from benchmarks.report import Chapter, Plot, Verdict
from bot.clock import Clock
from bot.db.sessions import Database
from bot.slack.dispatcher import Dispatcher
from handlers.errors import ErrorAnswers

ROUNDS = 9
CALLS = 60
LISTENERS = (10, 50, 100, 200)
_triggers = itertools.count()


async def _authorize(team_id: str) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None, team_id=team_id, bot_token="xoxb-1", bot_id="B1", bot_user_id="UBOT"  # noqa: S106
    )  # fmt: skip


def bolt() -> AsyncApp:
    """Return a Bolt app with the options that bot/app.py uses, whose calls to Slack fail at once."""
    return AsyncApp(
        client=AsyncWebClient(base_url="http://127.0.0.1:1/", retry_handlers=[]),
        process_before_response=True,
        authorize=_authorize,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


async def nothing(ack: AsyncAck) -> None:
    await ack()


def in_list(count: int) -> AsyncApp:
    app = bolt()
    for number in range(count):
        app.command(f"/c{number}")(nothing)
    return app


def in_dictionary(database: Database, count: int) -> AsyncApp:
    app, on = bolt(), Dispatcher(database, Clock(), ErrorAnswers())
    for number in range(count):
        on.command(f"/c{number}")(nothing)
    on.attach(app)
    return app


async def time_command(app: AsyncApp, command: str) -> float:
    """Return the median time of `CALLS` calls of a command, in milliseconds."""
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


async def run(quick: bool) -> Chapter:
    async with databases.sqlite() as database:
        apps = {}
        for count in LISTENERS:
            apps[f"Bolt's list of {count}"] = (in_list(count), count)
            apps[f"our dictionary of {count}"] = (in_dictionary(database, count), count)
        found: dict[str, list[float]] = {name: [] for name in apps}
        for _ in range(2 if quick else ROUNDS):
            for name, (app, count) in apps.items():
                found[name].append(await time_command(app, f"/c{count - 1}"))
    first = f"our dictionary of {LISTENERS[0]}"
    grown = figures.ratios(found["our dictionary of 100"], found[first])
    bar = "the 100th listener costs at most 1.2 times the 10th"
    met = statistics.median(grown) <= 1.2
    return Chapter(
        "Cost per listener",
        TEXT,
        [report.table(["what", "ms", f"of {first}"], found, first, 3)],
        [Verdict("listeners", bar, figures.spread(grown), met)],
        [Plot("listeners", "No-op command by number of listeners", "ms", found)],
    )


TEXT = """
A no-op command dispatched by Bolt, without a network, by the number of listeners; the last one registered is called.
Bolt searches its list; our one Bolt listener uses a dictionary.
"""
