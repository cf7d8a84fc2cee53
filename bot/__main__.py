"""The command line: `steward run`, `sandbox`, `migrate`, `doctor`, `settings`, `rituals`, `outbox` and `alerts`."""

import asyncio
import shutil
import socket
import sys
import webbrowser
from collections.abc import Coroutine
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import aiohttp
import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from bot import demo, hosting, keyring, logs, manifest, reference, rehearsal
from bot.app import Steward
from bot.clock import Clock
from bot.crypto import DATABASE, SANDBOX
from bot.doctor import doctor, report
from bot.doctor.findings import Given
from bot.errors import OperatorError
from bot.features.rituals.catalogue import catalogue
from bot.features.rituals.when import words
from bot.migrations import migrate as migrations_migrate
from bot.outbox import operator
from bot.settings import Settings, load, read
from bot.web import REQUESTS

if TYPE_CHECKING:
    from sandbox.sandbox import Sandbox

command_line = typer.Typer(add_completion=False, help="Steward, a Slack bot that nudges servant leadership.")
outbox = typer.Typer(help="What waits to be said, and what Slack refused. Shows ids and reasons, never text.")
command_line.add_typer(outbox, name="outbox")
alerts = typer.Typer(help="What tools tell of the queues; `/queue hooks` in Slack connects them.")
command_line.add_typer(alerts, name="alerts")


def _instant(text: str) -> datetime:
    """An ISO 8601 instant, without a zone in UTC; or `now`."""
    if text == "now":
        return Clock().now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("expected now, or an instant like 2026-11-27T15:20Z") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@command_line.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Without a command: `run` when a token is set, else `sandbox`."""
    if context.invoked_subcommand is None:
        settings = load()
        if settings.bot_token or settings.app_token:
            run()
        else:
            sandbox()


@command_line.command()
def run() -> None:
    """Run the bot: over Socket Mode when SLACK_APP_TOKEN is set, else over HTTP."""
    _start(hosting.run(load()))


@command_line.command()
def sandbox(
    port: Annotated[int, typer.Option(help="0 picks a free one")] = 8065,
    data: Annotated[Path | None, typer.Option(help="Where it keeps everything; STEWARD_DATA by default")] = None,
    at: Annotated[
        datetime | None,
        typer.Option(parser=_instant, metavar="INSTANT", help="Start the calendar here, like 2026-11-27T15:20Z"),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open it in the browser")] = True,
    http: Annotated[bool, typer.Option("--http", help="Over signed requests instead of a socket")] = False,
    chaos: Annotated[
        int | None, typer.Option(metavar="SEED", help="Let everything go wrong now and then, by these dice")
    ] = None,
) -> None:
    """Run a local Slack workspace with the bot in it."""
    settings = load()
    settings = settings.model_copy(update={"data": data or settings.data})
    _start(hosting.until_stopped(_sandbox(settings, port, at, browser, chaos, over_http=http)))


@command_line.command()
def migrate() -> None:
    """Bring the database up to date."""
    _start(_migrate(load()))


@command_line.command("doctor")
def look() -> None:
    """Look at all that the bot needs: change nothing, and say what would mend it. Ends with 1 when there is trouble."""
    logs.configure()
    findings = doctor.findings(Given(*read()), Clock())
    if asyncio.run(report.tell(findings, Console())):
        raise typer.Exit(1)


@command_line.command("settings")
def list_settings() -> None:
    """Write down every setting, as Markdown."""
    typer.echo(reference.markdown(), nl=False)


@outbox.command("list")
def list_rows() -> None:
    """Everything that waits or was set aside."""
    _start(_list_rows(load()))


@outbox.command()
def retry(row: Annotated[int, typer.Argument(help="The row's id, from `list`")]) -> None:
    """Send a row that was set aside after all."""
    _start(_change(load(), row, operator.retry, "will be tried again"))


@outbox.command()
def drop(row: Annotated[int, typer.Argument(help="The row's id, from `list`")]) -> None:
    """Never send a row; its text is wiped."""
    _start(_change(load(), row, operator.drop, "is dropped"))


@alerts.command("test")
def rehearse(
    sender: Annotated[str, typer.Argument(help="grafana, alertmanager, pagerduty …")],
    file: Annotated[Path, typer.Argument(help="A body as that tool sends it", dir_okay=False)],
    queue: Annotated[str, typer.Option(help="The address's own queue, for what names none")] = "",
) -> None:
    """Say what a recorded delivery would do, without doing it."""
    for line in rehearsal.rehearse(sender, file, queue):
        typer.echo(line)


@command_line.command()
def rituals() -> None:
    """Check the files of the rituals that teams choose from, and list them."""
    for file, recipe in catalogue().items():
        typer.echo(f"{file}: {recipe.name}, {words(recipe.when, recipe.at)}, {len(recipe.prompts)} prompts")


@alerts.callback()
def _about_alerts() -> None:
    """So that `test` is a word of its own."""


async def _list_rows(settings: Settings) -> None:
    async with hosting.open_database(settings) as database, database.reading() as session:
        rows = await operator.unsent(session)
    table = Table("id", "state", "method", "conversation", "not before", "tries", "reason")
    for row in rows:
        table.add_row(
            str(row.id), row.state, row.method, row.conversation, f"{row.not_before:%Y-%m-%d %H:%M:%S}",
            str(row.tries), row.reason or "",
        )  # fmt: skip
    Console().print(table if rows else "Nothing waits, and nothing was set aside.")


async def _change(settings: Settings, row: int, change: operator.Change, done: str) -> None:
    async with hosting.open_database(settings) as database, database.begin() as session:
        await change(session, row, Clock().now())
    print(f"Row {row} {done}.")


async def _sandbox(
    settings: Settings, port: int, at: datetime | None, browser: bool, chaos: int | None, *, over_http: bool
) -> None:
    from sandbox.sandbox import Sandbox  # here, so that a bot in production never loads it

    await _forget_unreleased(settings)
    slack = Sandbox(settings.data / SANDBOX, port=port, at=at, manifest=manifest.read())
    try:
        await slack.start()
    except OSError as error:
        raise OperatorError(f"The sandbox cannot start: {error}. Another port is `--port 0`.") from None
    try:
        await _in_sandbox(slack, settings, browser, chaos, over_http)
    finally:
        await slack.stop()


async def _forget_unreleased(settings: Settings) -> None:
    """Nothing that a sandbox holds is dear to anybody: what an unreleased version has made is made anew."""
    async with hosting.open_database(settings.model_copy(update={"database_url": None})) as database:
        if not migrations_migrate.is_unreleased(await migrations_migrate.revision_of(database)):
            return
    for file in settings.data.glob(f"{DATABASE}*"):
        file.unlink()
    shutil.rmtree(settings.data / SANDBOX, ignore_errors=True)
    print("The demo data were made by an unreleased version of Steward; I have made them anew.", flush=True)


async def _in_sandbox(slack: "Sandbox", settings: Settings, browser: bool, chaos: int | None, over_http: bool) -> None:
    bot: asyncio.Future[Steward] = asyncio.get_running_loop().create_future()
    slack.advance = partial(_advance, slack, bot)
    settings = settings.model_copy(
        update={
            "api_url": slack.api_url,
            "bot_token": SecretStr(slack.bot_token),
            "app_token": None if over_http else SecretStr(slack.app_token),
            "signing_secret": SecretStr(slack.signing_secret),
            "database_url": None,
        }
    )
    server = _beside(slack)
    settings = settings.model_copy(
        update={"public_url": settings.public_url or "http://{}:{}".format(*server.getsockname())}
    )
    async with hosting.open_database(settings) as database, aiohttp.ClientSession() as http:
        await migrations_migrate.upgrade(database)
        await keyring.check(database)
        steward = Steward(settings, database, Clock(slack.clock.now), http)
        workspace = await steward.install()
        await demo.ensure(steward, workspace)
        async with hosting.running(steward, workspace), hosting.serving(steward, server) as web:
            if over_http:
                await slack.set_request_urls([web + REQUESTS])
            bot.set_result(steward)
            slack.waiting = partial(operator.waiting, database)
            slack.chaos = chaos
            print(f"Sandbox ready at {slack.url}", flush=True)
            print(
                f"Alerts come in at {settings.public_url}/hooks/, once `/queue hooks` has made an address", flush=True
            )
            if browser and sys.stdout.isatty():
                webbrowser.open(slack.url)
            await steward.failed()


async def _advance(slack: "Sandbox", bot: "asyncio.Future[Steward]", to: datetime) -> None:
    """Move its calendar on once the bot is there: what nobody has planned would else not happen on the way."""
    steward = await asyncio.shield(bot)
    await steward.advance(to, set_clock=slack.clock.set, settled=slack.settled)


def _beside(slack: "Sandbox") -> socket.socket:
    """Where the bot itself listens: the port after the sandbox's, so that an address holds over a restart."""
    port = int(slack.url.rpartition(":")[2])
    try:
        return hosting.bind("127.0.0.1", port + 1)
    except (OperatorError, OverflowError):
        return hosting.bind("127.0.0.1", 0)


async def _migrate(settings: Settings) -> None:
    async with hosting.open_database(settings) as database:
        await migrations_migrate.upgrade(database)
        print("The database is up to date.")


def _start(work: Coroutine[Any, Any, None]) -> None:
    logs.configure()
    try:
        hosting.live(work)
    except OperatorError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def main() -> None:
    try:
        command_line()
    except OperatorError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
