"""`steward export`: send a person their data, or write it to a file without what is encrypted."""

import os
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cli import process
from bot.clock import Clock
from bot.db.encryption import OWNERS_FILE
from bot.errors import OperatorError
from bot.org.people import Person
from bot.org.workspaces import Workspace
from bot.settings import Settings, load
from bot.workflows import personal_exports

User = Annotated[str, typer.Option(help="The person's id in Slack, such as U024BE7LH.")]
WorkspaceId = Annotated[
    str, typer.Option(help="The workspace's id, such as T024BE7LD. Needed only if several know them.")
]
ToFile = Annotated[Path | None, typer.Option(help="Write a ZIP file instead, without what is stored encrypted.")]


def export(user: User = "", workspace: WorkspaceId = "", to_file: ToFile = None) -> None:
    """Send a person everything that Steward stores about them, as a file in their DM."""
    process.start(_export(load(), user, workspace, to_file))


async def _export(settings: Settings, user_id: str, workspace_id: str, to_file: Path | None) -> None:
    if not user_id:
        raise OperatorError("--user is missing: expected a person's id in Slack, such as U024BE7LH")
    now = Clock().now()
    async with process.open_database(settings) as database:
        if to_file is None:
            async with database.begin() as session:
                workspace, person = await _find(session, user_id, workspace_id)
                _check_reachable(workspace, person)
                await personal_exports.request(session, workspace.id, person.id, now=now)
            print(f"{person.id} gets their data in a DM as soon as Steward runs.")
            return
        async with database.reading() as session:
            workspace, person = await _find(session, user_id, workspace_id)
            archive = await personal_exports.build_archive(session, workspace, person, now=now, decrypts=False)
    _write(to_file, archive)
    print(
        f"Wrote {to_file}, without what is stored encrypted. The person gets that with Export my data in /steward me."
    )


async def _find(session: AsyncSession, user_id: str, workspace_id: str) -> tuple[Workspace, Person]:
    theirs = select(Workspace, Person).join(Person, Person.workspace_id == Workspace.id).where(Person.id == user_id)
    chosen = theirs.where(Workspace.id == workspace_id) if workspace_id else theirs
    found = (await session.execute(chosen.order_by(Workspace.id))).all()
    where = f" in workspace {workspace_id}" if workspace_id else ""
    if not found:
        raise OperatorError(f"--user: Steward knows nobody with the id {user_id}{where}")
    if len(found) > 1:
        ids = ", ".join(each.id for each, _ in found)
        raise OperatorError(f"--workspace is missing: {user_id} is known in {ids}")
    return found[0][0], found[0][1]


def _check_reachable(workspace: Workspace, person: Person) -> None:
    """Raise `OperatorError` if no DM can reach the person."""
    if workspace.parked:
        raise OperatorError(f"Steward cannot post in {workspace.id} ({workspace.parked}): use --to-file")
    if person.has_left or person.is_bot:
        raise OperatorError(
            f"{person.id} has no DM, being {'a bot' if person.is_bot else 'deactivated'}: use --to-file"
        )


def _write(path: Path, archive: bytes) -> None:
    """Write a new file that only its owner can read. Raises `OperatorError` if it exists or cannot be written."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNERS_FILE)
    except FileExistsError:
        raise OperatorError(f"--to-file: {path} exists already") from None
    except OSError as error:
        raise OperatorError(f"--to-file: cannot write {path}: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(archive)
    except OSError as error:
        path.unlink()
        raise OperatorError(f"--to-file: cannot write {path}: {error.strerror}") from None
