"""`steward workspace list` and `steward scrub`: whose data the database holds, and a harmless copy of it."""

from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import func, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cli import process
from bot.cli.database import print_table
from bot.clock import Clock
from bot.db.sessions import Database
from bot.errors import OperatorError
from bot.org.installations import Installation
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.settings import Settings, load
from bot.slack.mrkdwn import count_noun
from bot.workflows import scrub as workflow

workspace = typer.Typer(help="Show the workspaces in the database.")


@workspace.command("list")
def list_workspaces() -> None:
    """List the workspaces: how each was installed, how many teams it has, and why Steward stopped there, if it did."""
    process.start(_list(load()))


@workspace.callback()
def _workspace_group() -> None:
    """Make Typer treat `list` as a subcommand; with a single command it would drop the name."""


def scrub(
    confirm: Annotated[str, typer.Option(help="The name of the database, instead of typing it")] = "",
) -> None:
    """Make a copy of production harmless: delete tokens, webhook secrets and unsent messages. Stop Steward first."""
    process.start(_scrub(load(), confirm))


async def _list(settings: Settings) -> None:
    async with process.open_database(settings) as database, database.reading() as session:
        rows = await _rows(session)
    shown = Table("id", "name", "installed with", "teams", "state")
    for row in rows:
        shown.add_row(*row)
    print_table(shown if rows else "No workspaces yet.")


async def _rows(session: AsyncSession) -> list[tuple[str, ...]]:
    teams = select(func.count()).where(Team.workspace_id == Workspace.id, Team.is_closed.is_(False)).scalar_subquery()
    all_ = select(Workspace, Installation.client_id, teams).outerjoin(
        Installation, Workspace.installation_id == Installation.id
    )
    return [
        (each.id, each.name, client_id or "SLACK_BOT_TOKEN", str(count), each.parked or "works")
        for each, client_id, count in await session.execute(all_.order_by(Workspace.id))
    ]


async def _scrub(settings: Settings, confirm: str) -> None:
    with process.hold_data(settings):
        async with process.open_database(settings) as database:
            await _scrub_database(settings, database, confirm)


async def _scrub_database(settings: Settings, database: Database, confirm: str) -> None:
    async with database.reading() as session:
        names = await workflow.list_names(session)
        await must_be_unused(session)
    name = make_url(settings.database_url).database if settings.database_url else settings.data.resolve().name
    if confirm != name:
        typer.echo(
            f"This deletes the tokens, webhook secrets and unsent messages of {', '.join(names) or 'no workspace'} "
            f"in the database `{name}`. Do it in a copy only: there is no way back."
        )
        if typer.prompt("To go on, type the name of the database") != name:
            raise OperatorError("Nothing was changed.")
    async with database.begin() as session:
        done = await workflow.scrub(session, now=Clock().now())
    typer.echo(
        f"Deleted {count_noun(done.tokens, 'token')}, {count_noun(done.messages, 'unsent message')} and "
        f"{count_noun(done.webhooks, 'webhook secret')}. Steward can start here with the token of any workspace. "
        "What people wrote is still in it."
    )


async def must_be_unused(session: AsyncSession) -> None:
    """Raise an `OperatorError` if other processes are connected to a PostgreSQL database."""
    if session.get_bind().dialect.name != "postgresql":
        return
    others = await session.scalar(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    )
    if others:
        raise OperatorError(
            f"{count_noun(others, 'other connection')} to this database, so it may be in use. Stop Steward first."
        )
