"""Harness of the tests: runs the bot in a sandbox, and acts as the people who use it."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

import aiohttp
import yaml
from pydantic import SecretStr
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_sdk.socket_mode.request import SocketModeRequest
from sqlalchemy import update

from bot import demo
from bot.app import Steward
from bot.cli import service
from bot.clock import Clock
from bot.db import keyring
from bot.db.migrations import migrate
from bot.db.sessions import Database
from bot.org.workspaces import Workspace
from bot.settings import Settings
from bot.slack.mrkdwn import DATE
from bot.slack.outbox import operator_commands
from bot.web import REQUESTS
from sandbox.sandbox import Sandbox
from tests import databases

Json = dict[str, Any]
Mode = Literal["socket", "http", "in_process"]
Http = aiohttp.ClientSession
"""The HTTP client; with the mode `in_process`, the sandbox's `Client`, which has the same methods."""
APP = yaml.safe_load((Path(__file__).parent.parent / "app.yaml").read_text())


@dataclass
class Answer:
    """Slack's immediate answer to a person's action."""

    body: Json

    @property
    def ack(self) -> Json:
        return self.body.get("ack") or {}

    @property
    def text(self) -> str:
        return str(self.ack.get("text", ""))

    @property
    def errors(self) -> dict[str, str]:
        return self.ack.get("errors") or {}


class Slack:
    """Driver that acts as people in the sandbox, through its HTTP controls."""

    def __init__(self, url: str, http: Http) -> None:
        self.url = url
        self._http = http

    async def command(
        self, user: str, text: str, *, channel: str = "harbour-support", word: str = "/shoutout"
    ) -> Answer:
        return Answer(await self.do("commands", user=user, channel=channel, command=word, text=text))

    async def press(self, user: str, action_id: str, *, channel: str, ts: str) -> Answer:
        return Answer(await self.do("actions", user=user, channel=channel, ts=ts, action_id=action_id))

    async def submit(self, user: str, **values: Any) -> Answer:
        view = (await self.views(user))[-1]
        return Answer(await self.do("views/submit", user=user, view_id=view["id"], values=values))

    async def views(self, user: str) -> list[Json]:
        return list((await self.look("views", user=user))["views"])

    async def messages(self, channel: str, viewer: str) -> list[Json]:
        query = {"channel": channel, "as": viewer, "user": viewer}
        return list((await self.look("messages", **query))["messages"])

    async def messages_and_replies(self, channel: str, viewer: str) -> list[Json]:
        """Return a channel's messages and the replies in their threads, oldest first."""
        found = await self.messages(channel, viewer)
        for root in [each for each in found if each.get("reply_count")]:
            query = {"channel": channel, "as": viewer, "user": viewer, "thread_ts": root["ts"]}
            found += (await self.look("messages", **query))["messages"][1:]
        return sorted({each["ts"]: each for each in found}.values(), key=lambda each: float(each["ts"]))

    async def said(self, channel: str, viewer: str) -> list[str]:
        """Return the texts of the bot's messages in a channel, oldest first, without ephemeral messages."""
        messages = await self.messages(channel, viewer)
        return [m["text"] for m in messages if m.get("bot_id") == "B0STEWARD0" and not m.get("ephemeral_to")]

    async def notes(self, viewer: str, channel: str = "harbour-support") -> list[Json]:
        """Return the ephemeral messages that only `viewer` sees in the channel."""
        return [m for m in await self.messages(channel, viewer) if m.get("ephemeral_to")]

    async def move(self, **by: Any) -> None:
        await self.do("clock", **by)

    async def calls(self, method: str) -> list[Json]:
        return list((await self.look("calls", method=method))["calls"])

    async def do(self, control: str, **body: Any) -> Json:
        async with self._http.post(f"{self.url}/sandbox/{control}", json=body) as answer:
            return _read(await answer.text())

    async def look(self, what: str, **query: str) -> Json:
        async with self._http.get(f"{self.url}/sandbox/{what}", params=query) as answer:
            found = _read(await answer.text())
        assert answer.status == 200, found
        return found


def _read(answer: str) -> Json:
    """Return an HTTP response as JSON, with each date token replaced by its fallback text."""
    read: Json = json.loads(DATE.sub(r"\1", answer))
    return read


@dataclass
class World:
    """A sandbox and one or more replicas of the bot that are connected to it."""

    sandbox: Sandbox
    slack: Slack
    http: Http
    settings: Settings
    workspace: Workspace
    replicas: list[Steward] = field(default_factory=list)

    @property
    def steward(self) -> Steward:
        return self.replicas[0]

    @property
    def database(self) -> Database:
        return self.steward.database

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    async def move(self, to: datetime | timedelta) -> None:
        await self.steward.advance(
            to if isinstance(to, datetime) else self.now + to,
            set_clock=self.sandbox.set_clock,
            settled=self.sandbox.settled,
        )


@asynccontextmanager
async def opened(
    data: Path,
    database_url: str | None,
    *,
    at: datetime | None = None,
    replicas: int = 1,
    manifest: Json = APP,
    mode: Mode | None = None,
    looked: bool = False,
) -> AsyncIterator[World]:
    """Run the bot in a sandbox whose data is in the folder `data`, possibly from an earlier run.

    `looked` skips the initial sync with Slack. By default, SQLite runs with Socket Mode and PostgreSQL with HTTP, as
    most bots do, so that each end-to-end test runs once per database, and both modes are covered. Mode and database are
    independent, so the other two combinations, which `pytest --every-pair` adds, would find little more. The mode
    `in_process` is faster, because it uses no network; the bot and the sandbox are the same.
    """
    mode = mode or ("http" if database_url else "socket")
    sandbox = Sandbox(data / "sandbox", port=0, at=at, manifest=manifest)
    stewards: list[Steward] = []
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(_started(sandbox, stewards, mode))
        settings = Settings(
            api_url=sandbox.api_url,
            bot_token=SecretStr(sandbox.bot_token),
            app_token=SecretStr(sandbox.app_token) if mode == "socket" else None,
            signing_secret=SecretStr(sandbox.signing_secret),
            data=data,
            database_url=database_url,
        )
        web_sides = await stack.enter_async_context(AsyncExitStack())
        stewards += [await _replica(settings, sandbox, http) for _ in range(replicas)]
        workspace = await stewards[0].install()
        await demo.ensure_demo_team(stewards[0], workspace)
        if looked:
            await _look_no_more(stewards[0])
        for steward in stewards:
            await steward.start()
        if mode == "http":
            await sandbox.set_request_urls([await web_sides.enter_async_context(_served(each)) for each in stewards])
        world = World(sandbox, Slack(sandbox.url, http), http, settings, workspace, stewards)
        sandbox.advance = partial(stewards[0].advance, set_clock=sandbox.set_clock, settled=sandbox.settled)
        sandbox.waiting = partial(operator_commands.list_unsent_data, stewards[0].database)
        try:
            yield world
            await _nothing_was_wrong(world)
        finally:
            await web_sides.aclose()
            for steward in stewards:
                await steward.stop()
                await steward.database.close()


@asynccontextmanager
async def _started(sandbox: Sandbox, stewards: Sequence[Steward], mode: Mode) -> AsyncIterator[Http]:
    """Start the sandbox; yield the HTTP client with which the bot and people reach it."""
    try:
        if mode == "in_process":
            yield cast(Http, await sandbox.start_in_process(partial(_dispatch, stewards)))
        else:
            await sandbox.start()
            async with aiohttp.ClientSession() as http:
                yield http
    finally:
        await sandbox.stop()


async def _dispatch(stewards: Sequence[Steward], kind: str, payload: Json, **retry: Any) -> Json | None:
    """Dispatch a payload from Slack to the first replica; return its ack, or None if it did not ack.

    With the mode `in_process`, there is only one replica.
    """
    envelope = SocketModeRequest(kind, "E1", payload, accepts_response_payload=True, **retry)
    answer = await run_async_bolt_app(stewards[0].bolt, envelope)
    if answer.status != 200:
        return None
    body = answer.body or "{}"
    return json.loads(body) if body.startswith("{") else {"text": body}


async def _look_no_more(steward: Steward) -> None:
    async with steward.database.begin() as session:
        await session.execute(update(Workspace).values(looked_at=steward.clock.now()))


@asynccontextmanager
async def _served(steward: Steward) -> AsyncIterator[str]:
    """Serve a replica of the bot over HTTP on its own port, and yield its request URL."""
    with service.bind("127.0.0.1", 0) as listening:
        async with service.serving(steward, listening) as address:
            yield address + REQUESTS


async def _nothing_was_wrong(world: World) -> None:
    """Check that the sandbox rejected no API call as malformed, and that every listener acked."""
    calls = (await world.slack.look("calls"))["calls"]
    refused = [(call["method"], call["answer"]) for call in calls if _is_malformed(call["answer"].get("error", ""))]
    assert not refused, refused
    assert not [replica.listeners.unacked for replica in world.replicas if replica.listeners.unacked]


MALFORMED = (
    "invalid_blocks",
    "invalid_arg",
    "missing_arg",
    "no_text",
    "msg_",
    "view_too",
    "metadata_",
    "unknown_method",
)


def _is_malformed(error: str) -> bool:
    return error.startswith(MALFORMED)


async def _replica(settings: Settings, sandbox: Sandbox, http: Http) -> Steward:
    database = databases.at(settings.database_url, settings.data)
    await migrate.upgrade(database)
    await keyring.check(database)
    return Steward(settings, database, Clock(sandbox.clock.now), http)


async def eventually(check: Any, seconds: float = 60.0) -> Any:
    """Poll `check` until it returns a true value, and return that value.

    Raises `TimeoutError` if that takes longer than `seconds`.
    """
    async with asyncio.timeout(seconds):
        while not (found := await check()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return found
