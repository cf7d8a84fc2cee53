"""`steward backup` and `steward restore`."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from bot.backups import erasures, postgresql_dumps, sqlite_files
from bot.cli import process
from bot.cli.erase import replay_file
from bot.clock import Clock
from bot.db import keyring
from bot.db.encryption import KEY
from bot.db.migrations import migrate
from bot.db.sqlite_copies import Content
from bot.errors import OperatorError
from bot.org import erasure_log
from bot.settings import Settings, load
from bot.slack.mrkdwn import count_noun

File = Annotated[Path, typer.Argument(help="The file of the backup", dir_okay=False)]
NO_LIST = (
    "There is no list of erasures, neither beside the data nor beside the backup. "
    "People who were erased since the backup would come back. Go on?"
)


def backup(file: File) -> None:
    """Back up the database to FILE, which is replaced if it exists. Steward can keep running."""
    process.start(_back_up(load(), file))


def restore(
    file: File,
    erasures_list: Annotated[
        Path | None, typer.Option("--erasures", help="A newer list of erasures than the backup's", dir_okay=False)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask when there is no list of erasures")] = False,
) -> None:
    """Restore the database from FILE. Stop Steward first."""
    process.start(_restore(load(), file, erasures_list, yes))


async def _back_up(settings: Settings, file: Path) -> None:
    if settings.database_url:
        async with process.open_database(settings) as database:
            content = await postgresql_dumps.back_up(database, settings.database_url, file)
    else:
        content = sqlite_files.back_up(settings.data, file)
    typer.echo(f"Backed up {_described(content)} to {file}.")
    if content.open_rounds:
        rounds = count_noun(content.open_rounds, "pulse round")
        typer.echo(f"It holds the answers of {rounds} that can still be told apart: delete it once they have closed.")
    count = erasures.copy_list(erasures.erasures_file(settings), erasures.beside(file))
    if count is not None:
        typer.echo(f"Copied the list of {count_noun(count, 'erasure')} to {erasures.beside(file)}.")
    key = "STEWARD_KEYS" if settings.keys else str(settings.data / KEY)
    typer.echo(f"The key is not in it: keep {key} in another place (fingerprint {content.fingerprint or 'none yet'}).")


async def _restore(settings: Settings, file: Path, given: Path | None, yes: bool) -> None:
    found = erasures.newest([given] if given else [erasures.erasures_file(settings), erasures.beside(file)])
    if given and found is None:
        raise OperatorError(f"{given} does not exist.")
    if found is None and not yes:
        typer.confirm(NO_LIST, abort=True)
    if settings.database_url:
        async with process.open_database(settings) as database:
            content = await postgresql_dumps.restore(database, settings.database_url, file)
        typer.echo(f"Restored {_described(content)} from {file}.")
    else:
        content = _restore_file(settings, file)
    await _finish(settings, content, found)


def _restore_file(settings: Settings, file: Path) -> Content:
    content, aside = sqlite_files.restore(file, settings.data, Clock().now())
    typer.echo(f"Restored {_described(content)} from {file}.")
    if aside:
        typer.echo(f"The database before is in {aside}. Steward deletes it after {sqlite_files.KEPT_FOR.days} days.")
    return content


async def _finish(settings: Settings, content: Content, found: Path | None) -> None:
    """Erase again what the list names, or say how to, and say what else to do before Steward is started."""
    ours = erasures.erasures_file(settings)
    if found and found != ours:
        erasures.copy_list(found, ours)
    has_key = not content.fingerprint or content.fingerprint in _fingerprints(settings)
    if not has_key:
        typer.echo(
            f"Its key is missing: put back the one with fingerprint {content.fingerprint}, "
            f"as the file {settings.data / KEY} or in STEWARD_KEYS."
        )
    if found and has_key and content.revision == migrate.newest():
        await replay_file(settings, ours, keeps_copies=True)
    elif found:
        count = count_noun(len(erasure_log.read(ours)), "erasure")
        typer.echo(f"{count} in {ours}. Before you start Steward, {'' if has_key else 'and with the key, '}run")
        typer.echo(f"    steward migrate\n    steward erase --replay {shlex.quote(str(ours))}")
    typer.echo(
        "Before you start Steward, run `steward outbox list`: what was unsent then has probably been sent since."
    )


def _fingerprints(settings: Settings) -> list[str]:
    has_key = settings.keys or settings.database_url or (settings.data / KEY).exists()
    return keyring.open_vault(settings).fingerprints if has_key else []


def _described(content: Content) -> str:
    return f"{content.rows:,} rows at revision {content.revision}"
