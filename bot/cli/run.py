"""`steward run` runs the bot until SIGTERM or SIGINT; `steward doctor` checks everything it needs."""

import asyncio
import socket

import aiohttp
import structlog
import typer

from bot import logs
from bot.app import Steward
from bot.backups import sqlite_files
from bot.cli import process, service
from bot.clock import Clock
from bot.db import keyring
from bot.db.migrations import migrate
from bot.errors import OperatorError
from bot.settings import VERSION, Settings, check_credentials, check_transport, load, read_environment

log = structlog.get_logger()


async def serve(settings: Settings) -> None:
    """Run the bot until SIGTERM or SIGINT. Raises `OperatorError` if a required setting is missing."""
    check_credentials(settings)
    check_transport(settings)
    with service.bind(settings.host, settings.port) as server:
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
        async with service.run_steward(steward), service.serving(steward, server) as address:
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


def run() -> None:
    settings = load()
    process.start(serve(settings), level=settings.log_level, is_service=True)


def doctor() -> None:
    from rich.console import Console  # imported here, so that `run` loads none of it

    from bot.doctor import diagnosis, report
    from bot.doctor.findings import CheckedSettings

    logs.configure()
    findings = diagnosis.diagnose(CheckedSettings(*read_environment()), Clock())
    if asyncio.run(report.print_findings(findings, Console())):
        raise typer.Exit(1)
