"""`steward run` runs the bot until SIGTERM or SIGINT; `steward doctor` checks everything it needs."""

import asyncio
import platform
import socket
from typing import Annotated

import aiohttp
import structlog
import typer
from rich.console import Console

from bot import logs
from bot.app import Steward
from bot.backups import sqlite_files
from bot.cli import process, sandbox
from bot.clock import Clock
from bot.db import keyring
from bot.db.migrations import migrate
from bot.doctor import diagnosis, report
from bot.doctor.findings import CheckedSettings
from bot.errors import OperatorError
from bot.settings import VERSION, Settings, check_credentials, check_transport, load, read_environment

log = structlog.get_logger()


async def serve(settings: Settings) -> None:
    """Run the bot until SIGTERM or SIGINT. Raises `OperatorError` if a required setting is missing."""
    check_credentials(settings)
    check_transport(settings)
    with process.bind(settings.host, settings.port) as server:
        await process.run_until_signal(_serve(settings, server))


async def _serve(settings: Settings, server: socket.socket) -> None:
    with process.hold_data(settings):
        await _run(settings, server)


async def _run(settings: Settings, server: socket.socket) -> None:
    async with process.open_database(settings) as database, aiohttp.ClientSession() as http:
        if database.is_sqlite:
            sqlite_files.delete_old_copies(settings.data, Clock().now())
            await migrate.upgrade(database)
        elif not await migrate.is_current(database):
            raise OperatorError("The database is not up to date. Run `steward migrate`, then start Steward.")
        await keyring.check(database)
        steward = Steward(settings, database, Clock(), http)
        await steward.prepare()
        async with process.run_steward(steward), process.serving(steward, server) as address:
            log.info(
                "started",
                version=VERSION,
                mode="socket" if settings.app_token else "http",
                database=database.writer.dialect.name,
                revision=migrate.newest(),
                key=database.vault.fingerprints[0],
                replica=steward.relay.name[:8],
            )
            print(f"Steward is listening on {address}", flush=True)
            await steward.wait_for_failure()


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"Steward {VERSION}, database revision {migrate.newest()}, Python {platform.python_version()}")
        raise typer.Exit


def default(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version")
    ] = False,
) -> None:
    """Without a command, run the bot when a token is set, otherwise the sandbox."""
    if context.invoked_subcommand is None:
        settings = load()
        if settings.bot_token or settings.app_token or settings.client_id:
            run()
        else:
            sandbox.sandbox()


def run() -> None:
    """Run the bot, in Socket Mode when SLACK_APP_TOKEN is set, otherwise in HTTP mode."""
    settings = load()
    process.start(serve(settings), level=settings.log_level, is_service=True)


def doctor() -> None:
    """Check everything the bot needs and suggest fixes, without changing anything. Exits with 1 on a problem."""
    logs.configure()
    findings = diagnosis.diagnose(CheckedSettings(*read_environment()), Clock())
    if asyncio.run(report.print_findings(findings, Console())):
        raise typer.Exit(1)
