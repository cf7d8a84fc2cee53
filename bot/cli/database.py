"""`steward migrate` and `steward outbox`: the database brought up to date, and what waits in it."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli import process
from bot.clock import Clock
from bot.db.migrations import migrate as migrations_migrate
from bot.settings import Settings, load
from bot.slack.outbox import operator

outbox = typer.Typer(help="What waits to be said, and what Slack refused. Shows ids and reasons, never text.")


def migrate() -> None:
    """Bring the database up to date."""
    process.start(_migrate(load()))


@outbox.command("list")
def list_rows() -> None:
    """Everything that waits or was set aside."""
    process.start(_list_rows(load()))


@outbox.command()
def retry(row: Annotated[int, typer.Argument(help="The row's id, from `list`")]) -> None:
    """Send a row that was set aside after all."""
    process.start(_change(load(), row, operator.retry, "will be tried again"))


@outbox.command()
def drop(row: Annotated[int, typer.Argument(help="The row's id, from `list`")]) -> None:
    """Never send a row; its text is wiped."""
    process.start(_change(load(), row, operator.drop, "is dropped"))


async def _list_rows(settings: Settings) -> None:
    async with process.open_database(settings) as database, database.reading() as session:
        rows = await operator.unsent(session)
    table = Table("id", "state", "method", "conversation", "not before", "tries", "reason")
    for row in rows:
        table.add_row(
            str(row.id), row.state, row.method, row.conversation, f"{row.not_before:%Y-%m-%d %H:%M:%S}",
            str(row.tries), row.reason or "",
        )  # fmt: skip
    Console().print(table if rows else "Nothing waits, and nothing was set aside.")


async def _change(settings: Settings, row: int, change: operator.Change, done: str) -> None:
    async with process.open_database(settings) as database, database.begin() as session:
        await change(session, row, Clock().now())
    print(f"Row {row} {done}.")


async def _migrate(settings: Settings) -> None:
    async with process.open_database(settings) as database:
        await migrations_migrate.upgrade(database)
        print("The database is up to date.")
