"""Servers to compare `/shoutout` with: `python -m benchmarks.servers KIND DATA URL`.

KIND is `bare` for a handler that returns ok; `default` or `before` for Bolt with a no-op listener, in either of its
modes; `core` for Bolt that writes the rows of a shout-out in one Core transaction; or `raw` for a bare handler that
writes the same rows with the database's own driver.
"""

import asyncio
import logging
import os
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import asyncpg
import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.dialects import postgresql, sqlite
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from benchmarks import rows
from bot.cli.service import bind
from bot.db import engines

Save = Callable[[], Awaitable[None]]
NOTHING: Save = partial(asyncio.sleep, 0)


def bolt(save: Save, *, before: bool) -> AsyncApp:
    async def authorize(team_id: str) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=team_id, bot_token="xoxb-1", bot_id="B1", bot_user_id="UBOT"  # noqa: S106
        )  # fmt: skip

    async def answer(ack: AsyncAck) -> None:
        await save()
        await ack("Thanks! I'm posting it.")

    app = AsyncApp(
        process_before_response=before,
        authorize=authorize,
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        client=AsyncWebClient(base_url=os.environ.get("SLACK_API_URL", "http://127.0.0.1:1/")),
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        logger=logging.getLogger("quiet"),
    )
    app.command("/shoutout")(answer)
    return app


def core(data: Path, url: str | None) -> Save:
    """Return a function that writes the rows with SQLAlchemy Core, on the engine that the bot uses."""
    engine = engines.postgresql(url) if url else engines.sqlite(data / "steward.db")[0]
    job, lanes = rows.job(engine.dialect.name), rows.lanes(engine.dialect.name)

    async def save() -> None:
        made = rows.new_rows()
        async with engine.begin() as connection:
            await connection.execute(rows.DELIVERY, made.delivery)
            given = await connection.execute(rows.SHOUTOUT, made.shoutout)
            await connection.execute(rows.CREDIT, {**made.credit, "shoutout_id": given.scalar_one()})
            await connection.execute(rows.OUTBOX, made.outbox)
            await connection.execute(job, made.job)
            await connection.execute(lanes, made.lanes)

    return save


def raw_sqlite(data: Path) -> Save:
    """Return a function that writes the rows with sqlite3: one connection in a thread, one transaction at a time."""
    statements = rows.plain(sqlite.dialect(paramstyle="named"))
    turn = asyncio.Lock()
    connection = sqlite3.connect(data / "steward.db", isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")

    def write() -> None:
        connection.execute("BEGIN IMMEDIATE")
        shoutout_id = None
        for sql, order, given in rows.in_order(statements):
            for values in given:
                ran = connection.execute(sql, {name: rows.as_sqlite(values.get(name, shoutout_id)) for name in order})
                shoutout_id = shoutout_id or (ran.fetchone() or [None])[0]
        connection.execute("COMMIT")

    async def save() -> None:
        async with turn:
            await asyncio.to_thread(write)

    return save


def raw_postgresql(url: str) -> Save:
    statements = rows.plain(postgresql.asyncpg.dialect())  # type: ignore[no-untyped-call]
    pool: list[asyncpg.Pool] = []

    async def save() -> None:
        if not pool:
            pool.append(asyncpg.create_pool(url.replace("+asyncpg", ""), min_size=0, max_size=20))
            await pool[0]
        async with pool[0].acquire() as connection, connection.transaction():
            shoutout_id = None
            for sql, order, given in rows.in_order(statements):
                for values in given:
                    found = await connection.fetchval(sql, *(values.get(name, shoutout_id) for name in order))
                    shoutout_id = shoutout_id or found

    return save


def application(kind: str, data: Path, url: str | None) -> tuple[Starlette, AsyncApp | None]:
    if kind in ("bare", "raw"):
        save = NOTHING if kind == "bare" else raw_postgresql(url) if url else raw_sqlite(data)

        async def answer(request: Request) -> Response:
            await request.body()
            await save()
            return JSONResponse({"text": "Thanks! I'm posting it."})

        return Starlette(routes=[Route("/slack/events", answer, methods=["POST"])]), None
    app = bolt(core(data, url) if kind == "core" else NOTHING, before=kind != "default")
    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])]), app


async def main(kind: str, data: Path, url: str | None) -> None:
    server, app = application(kind, data, url)
    if app and (token := os.environ.get("SLACK_APP_TOKEN")):
        await AsyncSocketModeHandler(app, token).connect_async()  # type: ignore[no-untyped-call]
    with bind("127.0.0.1", 0) as listening:
        print(f"listens on http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        config = uvicorn.Config(server, log_config=None, lifespan="off", access_log=False)
        await uvicorn.Server(config).serve([listening])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None))
