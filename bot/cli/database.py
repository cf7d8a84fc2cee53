"""`steward migrate`, `steward outbox` and `steward logs-hash`: commands that need only the database."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot import logs
from bot.cli import process
from bot.clock import Clock
from bot.db import log_keys
from bot.db.migrations import migrate as migrations_migrate
from bot.errors import OperatorError
from bot.settings import Settings, load
from bot.slack.mrkdwn import count_noun
from bot.slack.outbox import operator_commands
from bot.slack.outbox.models import State
from bot.slack.outbox.operator_commands import Filter

WIDE = 4000
"""The width of tables in a file or a pipe."""

outbox = typer.Typer(help="Inspect unsent messages, waiting or failed. Shows ids and reasons, never message text.")


def migrate() -> None:
    """Migrate the database to this version of Steward."""
    process.start(_migrate(load()))


def logs_hash(id: Annotated[str, typer.Argument(help="The id of a person or of their DM, such as U024BE7LH")]) -> None:
    """Print the hashes that stand for a person's id in the logs of this month and the last one."""
    process.start(_print_hashes(load(), id))


Workspace = Annotated[str, typer.Option(help="Only messages to the workspace with this id")]
Reason = Annotated[str, typer.Option(help="Only messages whose reason contains this text")]


@outbox.command("list")
def list_rows(
    state: Annotated[str, typer.Option(help="Only `waiting` or only `failed` messages")] = "",
    workspace: Workspace = "",
    reason: Reason = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per line")] = False,
) -> None:
    """List the messages that are waiting or failed."""
    named = {each.name.lower(): (each,) for each in (State.WAITING, State.FAILED)}
    if state and state not in named:
        raise typer.BadParameter("expected `waiting` or `failed`", param_hint="--state")
    only = Filter(named.get(state, Filter.states), workspace, reason)
    process.start(_list_rows(load(), only, as_json))


@outbox.command()
def retry(
    row: Annotated[int | None, typer.Argument(help="The row's id, from `list`")] = None,
    all_failed: Annotated[bool, typer.Option("--all", help="Retry every failed message, or those that match")] = False,
    workspace: Workspace = "",
    reason: Reason = "",
) -> None:
    """Retry a failed message, or all of them."""
    if (row is None) is not all_failed:
        raise typer.BadParameter("name a row, or `--all`")
    if row is not None:
        process.start(_change(load(), row, operator_commands.retry, "will be sent again"))
    else:
        process.start(_retry_all(load(), Filter((State.FAILED,), workspace, reason)))


@outbox.command()
def drop(row: Annotated[int, typer.Argument(help="The row's id, from `list`")]) -> None:
    """Drop a waiting or failed message and delete its text."""
    process.start(_change(load(), row, operator_commands.drop, "was dropped"))


async def _list_rows(settings: Settings, only: Filter, as_json: bool) -> None:
    async with process.open_database(settings) as database, database.reading() as session:
        rows = await operator_commands.list_unsent(session, only)
    if as_json:
        for row in rows:
            typer.echo(json.dumps(operator_commands.describe_row(row)))
        return
    table = Table("id", "state", "workspace", "method", "conversation", "not before", "tries")
    table.add_column("reason", overflow="fold", min_width=20)
    for row in rows:
        table.add_row(
            str(row.id), State(row.state).name.lower(), row.workspace_id, row.method, row.conversation,
            f"{row.not_before:%Y-%m-%d %H:%M:%S}", str(row.tries), row.reason or "",
        )  # fmt: skip
    print_table(table if rows else "Nothing is waiting, and nothing failed.")


def print_table(shown: Table | str) -> None:
    """Print a table. In a file or a pipe, nothing is cut off to the width of a terminal."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDE)
    console.print(shown)


async def _retry_all(settings: Settings, only: Filter) -> None:
    async with process.open_database(settings) as database:
        async with database.reading() as session:
            ids = [row.id for row in await operator_commands.list_unsent(session, only)]
        for id in ids:
            async with database.begin() as session:
                await operator_commands.retry(session, id, Clock().now())
    print(f"{count_noun(len(ids), 'message')} will be sent again.")


async def _print_hashes(settings: Settings, id: str) -> None:
    if not logs.PERSON_ID.fullmatch(id):
        raise OperatorError(f"Expected the id of a person or a DM, such as U024BE7LH, but got {id}")
    async with process.open_database(settings) as database, database.reading() as session:
        found = await log_keys.find_hashes(session, id)
    if not found:
        raise OperatorError("There are no keys of logs yet. `steward run` creates the first one.")
    for month, hashed in found.items():
        print(f"{month:%Y-%m}: {hashed}")


async def _change(settings: Settings, row: int, change: operator_commands.Change, done: str) -> None:
    async with process.open_database(settings) as database, database.begin() as session:
        await change(session, row, Clock().now())
    print(f"Row {row} {done}.")


async def _migrate(settings: Settings) -> None:
    with process.hold_data(settings):
        await _upgrade(settings)


async def _upgrade(settings: Settings) -> None:
    async with process.open_database(settings) as database:
        await migrations_migrate.upgrade(database)
        print("The database is up to date.")
