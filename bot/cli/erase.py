"""`steward erase`: erase a person's data or a whole workspace, and remove old bytes from the database's files."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from bot.cli import process
from bot.clock import Clock
from bot.db import locks
from bot.db.sessions import Database
from bot.errors import OperatorError
from bot.org import erasure_log
from bot.org.installations import Installation
from bot.org.people import Person
from bot.org.workspaces import Workspace
from bot.settings import Settings, load
from bot.slack.mrkdwn import count_noun
from bot.workflows import parked_workspaces
from bot.workflows.erasures import by_operator, requests
from bot.workflows.erasures.replay import replay as replay_erasures

WORD = "erase"


def erase(
    user: Annotated[str | None, typer.Option(help="The Slack user ID, like U0123456789.")] = None,
    workspace: Annotated[
        str | None, typer.Option(help="The workspace's ID. Without --user, everything of it is deleted.")
    ] = None,
    compact: Annotated[
        bool, typer.Option(help="Rewrite the database without old bytes. Everything else waits until it is done.")
    ] = False,
    replay: Annotated[
        Path | None, typer.Option(help="After a restore: erase again what this file of erasures lists.")
    ] = None,
    leave: Annotated[bool, typer.Option(help="With --user: keep them out of their team, too.")] = False,
    words: Annotated[bool, typer.Option(help="With --user: delete their words in thanks they gave, too.")] = False,
    yes: Annotated[bool, typer.Option(help="Do not ask for confirmation.")] = False,
) -> None:
    """Erase a person's data or a whole workspace. With --compact, also or only remove old bytes of the database."""
    if replay:
        process.start(replay_file(load(), replay))
        return
    process.start(_start(user, workspace, is_sure=yes, compact=compact, leaves=leave, words_too=words))


async def replay_file(settings: Settings, file: Path, *, keeps_copies: bool = False) -> None:
    """Erase again what a restored database still has of a file's erasures, and say how many they are."""
    entries, clock = erasure_log.read(file), Clock()
    async with process.open_database(settings) as database:
        database.keeps_copies = keeps_copies
        again = await replay_erasures(database, entries, now=clock.now())
        async with database.reading() as session:
            workspaces = (await session.scalars(select(Workspace.id).order_by(Workspace.id))).all()
        for workspace_id in workspaces:
            await by_operator.run(database, workspace_id, clock)
    print(f"{count_noun(len(entries), 'erasure')} in {file}, {again} of them erased again.")


async def _start(
    user: str | None, workspace: str | None, *, is_sure: bool, compact: bool, leaves: bool, words_too: bool
) -> None:
    if not (user or workspace or compact):
        raise OperatorError("Name what to erase: --user U…, --workspace T…, or --compact.")
    settings = load()
    if (user or workspace) and not is_sure:
        _confirm(f"the data of {user}" if user else f"everything of the workspace {workspace}")
    await _erase(settings, user, workspace, compact=compact, leaves=leaves, words_too=words_too)


def _confirm(what: str) -> None:
    """Ask for a typed word. Raises `OperatorError` for another one, or if there is nobody to type."""
    try:
        typed = typer.prompt(f"This erases {what} for good. Type {WORD} to go on", default="", show_default=False)
    except typer.Abort:
        typed = ""
    if typed.strip() != WORD:
        raise OperatorError(f"Nothing was erased: type {WORD} to confirm, or use --yes.")


async def _erase(
    settings: Settings, user: str | None, workspace: str | None, *, compact: bool, leaves: bool, words_too: bool
) -> None:
    clock = Clock()
    async with process.open_database(settings) as database:
        try:
            if user:
                where = await _find_workspace(database, user, workspace)
                await _erase_person(database, where, user, clock, leaves=leaves, words_too=words_too)
            elif workspace:
                await _erase_workspace(database, workspace, clock)
        except OSError as error:
            raise OperatorError(f"STEWARD_ERASURES_FILE: cannot write {error.filename}: {error.strerror}") from None
        if compact:
            await _compact(database)


async def _find_workspace(database: Database, user: str, workspace: str | None) -> str:
    """Return the workspace of a person. Raises `OperatorError` if there is none, or if it is not clear which."""
    async with database.reading() as session:
        theirs = select(Person.workspace_id).where(Person.id == user).order_by(Person.workspace_id)
        found: list[str] = [*await session.scalars(theirs)]
    if workspace and workspace in found:
        return workspace
    if workspace or not found:
        where = f" in the workspace {workspace}" if workspace else ""
        raise OperatorError(f"--user: nobody with the ID {user} is known{where}.")
    if len(found) > 1:
        raise OperatorError(f"--workspace is missing: {user} is known in {', '.join(found)}.")
    return found[0]


async def _erase_person(
    database: Database, workspace_id: str, user: str, clock: Clock, *, leaves: bool, words_too: bool
) -> None:
    async with database.begin() as session:
        person = await session.get_one(Person, (workspace_id, user))
        is_told = not person.has_left
        await requests.begin(
            session, workspace_id, user, leaves=leaves, words_too=words_too, is_told=is_told, now=clock.now()
        )
    await by_operator.run(database, workspace_id, clock)
    if await by_operator.count_left(database, workspace_id):
        print(f"The data of {user} is erased. A running Steward edits the cards in Slack and sends the receipt.")
    else:
        print(f"The data of {user} is erased.")


async def _erase_workspace(database: Database, workspace_id: str, clock: Clock) -> None:
    async with database.begin() as session:
        found = await session.get(Workspace, workspace_id)
        if found is None:
            raise OperatorError(f"--workspace: no workspace with the ID {workspace_id} is known.")
        id = found.installation_id or ""
        installation = await locks.lock_row(session, Installation, id)
        workspace = await locks.lock_row(session, Workspace, workspace_id, refresh=True)
        assert workspace  # noqa: S101
        rows = await parked_workspaces.erase_workspace(session, workspace, now=clock.now())
        others = select(Workspace.id).where(Workspace.installation_id == id).limit(1)
        if installation and await session.scalar(others) is None:
            await session.delete(installation)
    print(f"The workspace {workspace_id} is erased: {rows} rows. Uninstall the app there, or it is installed again.")


async def _compact(database: Database) -> None:
    if await by_operator.compact(database):
        print("The database's files hold no old bytes.")
    else:
        raise OperatorError("--compact: another process is using the database. Stop it, or try again.")
