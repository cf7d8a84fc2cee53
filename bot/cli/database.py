"""`steward migrate`, `steward outbox` and `steward logs-hash`: commands that need only the database."""

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
from bot.slack.outbox import operator_commands
from bot.slack.outbox.models import State

outbox = typer.Typer(help="Inspect unsent messages, waiting or failed. Shows ids and reasons, never message text.")


def migrate() -> None:
    """Migrate the database to this version of Steward."""
    process.start(_migrate(load()))


def logs_hash(id: Annotated[str, typer.Argument(help="The id of a person or of their DM, such as U024BE7LH")]) -> None:
    """Print the hashes that stand for a person's id in the logs of this month and the last one."""
    process.start(_print_hashes(load(), id))


@outbox.command("list")
def list_rows() -> None:
    """List the messages that are waiting or failed."""
    process.start(_list_rows(load()))


@outbox.command()
def retry(row: Annotated[int, typer.Argument(help="The row's id, from `list`")]) -> None:
    """Retry a failed message."""
    process.start(_change(load(), row, operator_commands.retry, "will be sent again"))


@outbox.command()
def drop(row: Annotated[int, typer.Argument(help="The row's id, from `list`")]) -> None:
    """Drop a waiting or failed message and delete its text."""
    process.start(_change(load(), row, operator_commands.drop, "was dropped"))


async def _list_rows(settings: Settings) -> None:
    async with process.open_database(settings) as database, database.reading() as session:
        rows = await operator_commands.list_unsent(session)
    table = Table("id", "state", "method", "conversation", "not before", "tries", "reason")
    for row in rows:
        table.add_row(
            str(row.id), State(row.state).name.lower(), row.method, row.conversation,
            f"{row.not_before:%Y-%m-%d %H:%M:%S}",
            str(row.tries), row.reason or "",
        )  # fmt: skip
    Console().print(table if rows else "Nothing is waiting, and nothing failed.")


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
