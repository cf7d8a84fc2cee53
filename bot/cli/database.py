"""`steward migrate` and `steward outbox`: migrate the database, and inspect the outbox in it."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli import process
from bot.clock import Clock
from bot.db.migrations import migrate as migrations_migrate
from bot.settings import Settings, load
from bot.slack.outbox import operator_commands
from bot.slack.outbox.models import State

outbox = typer.Typer(help="Inspect unsent messages, waiting or failed. Shows ids and reasons, never message text.")


def migrate() -> None:
    """Migrate the database to this version of Steward."""
    process.start(_migrate(load()))


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


async def _change(settings: Settings, row: int, change: operator_commands.Change, done: str) -> None:
    async with process.open_database(settings) as database, database.begin() as session:
        await change(session, row, Clock().now())
    print(f"Row {row} {done}.")


async def _migrate(settings: Settings) -> None:
    async with process.open_database(settings) as database:
        await migrations_migrate.upgrade(database)
        print("The database is up to date.")
