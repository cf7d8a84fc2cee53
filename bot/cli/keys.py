"""`steward keys`: which key encrypted what, rotation, and going on without a lost key."""

from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import select

from bot.cli import process, workspaces
from bot.cli.database import print_table
from bot.clock import Clock
from bot.db import key_rotation, keyring
from bot.db.key_rotation import KeyCounts
from bot.db.keyring import Keyring
from bot.db.migrations import metadata
from bot.db.sessions import Database
from bot.errors import OperatorError
from bot.settings import Settings, load
from bot.slack.mrkdwn import count_noun
from bot.workflows import lost_keys

keys = typer.Typer(help="Show, rotate and abandon the keys in STEWARD_KEYS. Never shows a key, only its fingerprint.")
__all__ = ["keys", "metadata"]


@keys.command()
def status() -> None:
    """Show how many values each key encrypted. A key that encrypted none may be removed from STEWARD_KEYS."""
    process.start(_status(load()))


@keys.command()
def rotate() -> None:
    """Encrypt everything with the first key of STEWARD_KEYS. Steward can keep running; you can repeat it."""
    process.start(_rotate(load()))


@keys.command()
def abandon(
    confirm: Annotated[str, typer.Option(help="The fingerprint of the lost key, instead of typing it")] = "",
) -> None:
    """Go on without a lost key: give up what only that key could read. Stop Steward first."""
    process.start(_abandon(load(), confirm))


async def _status(settings: Settings) -> None:
    async with process.open_database(settings) as database:
        counts, recorded = await _read(database)
    shown = Table("key", "values", "")
    for fingerprint, count in counts.by_key.items():
        is_first = fingerprint == database.vault.fingerprints[0]
        shown.add_row(fingerprint, str(count), "encrypts new values" if is_first else _advice(count))
    if lost := counts.unreadable.total():
        shown.add_row("none of these", str(lost), f"cannot be read: {', '.join(sorted(counts.unreadable))}")
    print_table(shown)
    typer.echo(f"The database was last encrypted with key {recorded or 'none yet'}.")


def _advice(count: int) -> str:
    return "run `steward keys rotate`" if count else "may be removed, once no replica encrypts with it"


async def _rotate(settings: Settings) -> None:
    async with process.open_database(settings) as database:
        await keyring.check(database)
        count = await key_rotation.rotate(database)
        counts, _ = await _read(database)
    typer.echo(f"Encrypted {count_noun(count, 'value')} with key {database.vault.fingerprints[0]}.")
    if lost := counts.unreadable.total():
        typer.echo(
            f"{count_noun(lost, 'value')} cannot be read with any of the keys. `steward keys status` shows where."
        )
    typer.echo("Repeat it once every replica runs with this key first; then the others may be removed.")


async def _abandon(settings: Settings, confirm: str) -> None:
    with process.hold_data(settings):
        async with process.open_database(settings) as database:
            async with database.reading() as session:
                await workspaces.must_be_unused(session)
            await _abandon_key(database, confirm)


async def _abandon_key(database: Database, confirm: str) -> None:
    counts, recorded = await _read(database)
    if not counts.unreadable and recorded in (None, *database.vault.fingerprints):
        typer.echo("Nothing is lost: the keys in STEWARD_KEYS can read everything.")
        return
    typer.echo(f"Lost without the key (the database was last encrypted with {recorded}):")
    for line in lost_keys.describe_lost(counts.unreadable) or ["nothing"]:
        typer.echo(f"  {line}")
    if confirm != recorded and typer.prompt("To give this up for ever, type the fingerprint above") != recorded:
        raise OperatorError("Nothing was changed.")
    await lost_keys.abandon(database, now=Clock().now())
    typer.echo(f"Done. Everything is encrypted with key {database.vault.fingerprints[0]} from now on.")


async def _read(database: Database) -> tuple[KeyCounts, str | None]:
    async with database.reading() as session:
        counts = await key_rotation.count_values(session, database.vault)
        return counts, await session.scalar(select(Keyring.fingerprint))
