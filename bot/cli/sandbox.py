"""`steward sandbox`: run a local Slack workspace with the bot in it."""

import asyncio
import shutil
import socket
import sys
import webbrowser
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import aiohttp
import typer
from pydantic import SecretStr

from bot.cli import process, service
from bot.clock import Clock
from bot.settings import Settings, load

if TYPE_CHECKING:
    from sandbox.sandbox import Sandbox
from bot import demo, manifest
from bot.app import Steward
from bot.db import keyring
from bot.db.encryption import DATABASE, SANDBOX
from bot.db.migrations import migrate as migrations_migrate
from bot.errors import OperatorError
from bot.slack.oauth import INSTALL
from bot.slack.outbox import operator_commands
from bot.web import REQUESTS


def _instant(text: str) -> datetime:
    """Parse `now` or an ISO 8601 instant, which is in UTC if it has no zone."""
    if text == "now":
        return Clock().now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("expected `now`, or a date and time like 2026-11-27T15:20Z") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def sandbox(
    port: Annotated[int, typer.Option(help="Port to listen on; 0 picks a free one")] = 8065,
    data: Annotated[Path | None, typer.Option(help="Data folder; STEWARD_DATA by default")] = None,
    at: Annotated[
        datetime | None,
        typer.Option(parser=_instant, metavar="INSTANT", help="Start the clock at this time, like 2026-11-27T15:20Z"),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the sandbox in a browser")] = True,
    http: Annotated[bool, typer.Option("--http", help="Use HTTP request URLs instead of Socket Mode")] = False,
    chaos: Annotated[
        int | None, typer.Option(metavar="SEED", help="Inject random faults, the same for the same seed")
    ] = None,
) -> None:
    settings = load()
    settings = settings.model_copy(update={"data": data or settings.data})
    process.start(process.run_until_signal(_sandbox(settings, port, at, browser, chaos, over_http=http)))


async def _sandbox(
    settings: Settings, port: int, at: datetime | None, browser: bool, chaos: int | None, *, over_http: bool
) -> None:
    with process.hold_data(settings.model_copy(update={"database_url": None})):
        await _delete_unreleased_data(settings)
        await _run(settings, port, at, browser, chaos, over_http=over_http)


async def _run(
    settings: Settings, port: int, at: datetime | None, browser: bool, chaos: int | None, *, over_http: bool
) -> None:
    from sandbox.sandbox import Sandbox  # imported here, so that a bot in production never loads it

    slack = Sandbox(settings.data / SANDBOX, port=port, at=at, manifest=manifest.load_manifest())
    try:
        await slack.start()
    except OSError as error:
        raise OperatorError(f"The sandbox cannot start: {error}. `--port 0` picks a free one.") from None
    try:
        await _in_sandbox(slack, settings, browser, chaos, over_http)
    finally:
        await slack.stop()


async def _delete_unreleased_data(settings: Settings) -> None:
    """Delete sandbox data that an unreleased version wrote; the demo team is then created again."""
    async with process.open_database(settings.model_copy(update={"database_url": None})) as database:
        if not migrations_migrate.is_unreleased(await migrations_migrate.revision_of(database)):
            return
    for file in settings.data.glob(f"{DATABASE}*"):
        if file.suffix != ".lock":
            file.unlink()
    shutil.rmtree(settings.data / SANDBOX, ignore_errors=True)
    print("The demo data was from an unreleased version of Steward, so I've created it again.", flush=True)


async def _in_sandbox(slack: "Sandbox", settings: Settings, browser: bool, chaos: int | None, over_http: bool) -> None:
    bot: asyncio.Future[Steward] = asyncio.get_running_loop().create_future()
    slack.advance = partial(_advance, slack, bot)
    server = _bind_next_port(slack)
    settings = settings.model_copy(
        update={
            "api_url": slack.api_url,
            "bot_token": SecretStr(slack.bot_token),
            "app_token": None if over_http else SecretStr(slack.app_token),
            "signing_secret": SecretStr(slack.signing_secret),
            "client_id": slack.client_id,
            "client_secret": SecretStr(slack.client_secret),
            "database_url": None,
            "public_url": settings.public_url or "http://{}:{}".format(*server.getsockname()),
        }
    )
    slack.set_install_url(f"{settings.public_url}{INSTALL}")
    async with process.open_database(settings) as database, aiohttp.ClientSession() as http:
        await migrations_migrate.upgrade(database)
        await keyring.check(database)
        steward = Steward(settings, database, Clock(slack.clock.now), http)
        if slack.is_installed:
            await demo.ensure_demo_team(steward, await steward.install())
        else:
            await steward.plan()
        async with service.run_steward(steward), service.serving(steward, server) as web:
            if over_http:
                await slack.set_request_urls([web + REQUESTS])
            bot.set_result(steward)
            slack.waiting = partial(operator_commands.list_unsent_data, database)
            slack.chaos = chaos
            print(f"Sandbox ready at {slack.url}", flush=True)
            print(f"Alert tools post to {settings.public_url}/hooks/ (`/queue hooks` creates an address)", flush=True)
            if browser and sys.stdout.isatty():
                webbrowser.open(slack.url)
            await steward.wait_for_failure()


async def _advance(slack: "Sandbox", bot: "asyncio.Future[Steward]", to: datetime) -> None:
    """Wait until the bot runs, then advance the sandbox's clock, so that everything due on the way is scheduled."""
    steward = await asyncio.shield(bot)
    await steward.advance(to, set_clock=slack.set_clock, settled=slack.settled)


def _bind_next_port(slack: "Sandbox") -> socket.socket:
    """Bind the bot to the port after the sandbox's, so that webhook addresses survive a restart.

    Falls back to a free port if that one is taken.
    """
    port = int(slack.url.rpartition(":")[2])
    try:
        return service.bind("127.0.0.1", port + 1)
    except (OperatorError, OverflowError):
        return service.bind("127.0.0.1", 0)
