"""Send people all their data as a file: once a day when they ask for it, or when an operator asks for them.

What they asked for is stored first and built by a job, so that a crash loses nothing and sends nothing twice.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import personal_rows
from bot.db.models import table
from bot.db.personal_rows import Record
from bot.features import personal_exports as feature
from bot.messages import personal_exports as messages
from bot.messages.personal_exports import Entry, Names, find_ids
from bot.org import people
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.text.tables import to_zip
from bot.workflows import daily_limits

DAILY_LIMIT = 1
LIMIT = "personal_exports"
BATCH = 1
"""How many exports one run of the job builds, because on SQLite everything else waits for it."""
NEXT_RUN = timedelta(seconds=1)
SEND = JobName("data_exports.send")


async def ask(session: AsyncSession, actor: Actor, *, now: datetime) -> Post:
    """Note that a person wants their data, and return the answer. Raises `Refusal` for a second time on one day."""
    await daily_limits.count_use(session, *actor, LIMIT, DAILY_LIMIT, now)
    await request(session, *actor, now=now)
    return messages.on_its_way()


async def request(session: AsyncSession, workspace_id: str, person_id: str, *, now: datetime) -> None:
    """Have a person's data sent to them by the next run of the job."""
    await feature.add(session, workspace_id, person_id, now=now)
    await scheduler.put_workspace_job(session, SEND, workspace_id, due_at=now)


async def send_waiting(session: AsyncSession, workspace: Workspace, *, now: datetime) -> None:
    """Send the exports of those who have waited longest, and schedule another run if others may wait."""
    waiting = await feature.lock_next(session, workspace.id, BATCH)
    known = await people.fetch_people(session, workspace.id, [each.person_id for each in waiting])
    for each in waiting:
        person = known.get(each.person_id)
        if person and not person.has_left:
            await _send(session, workspace, person, now)
        await session.delete(each)
    if len(waiting) == BATCH:
        await scheduler.put_workspace_job(session, SEND, workspace.id, due_at=now + NEXT_RUN)


async def _send(session: AsyncSession, workspace: Workspace, person: Person, now: datetime) -> None:
    archive = await build_archive(session, workspace, person, now=now)
    await outbox.file(
        session, name=archive_name(person, now), content=archive, title=messages.TITLE,
        comment=messages.describe_archive(), to=person.dm, not_before=now, days_in_slack=outbox.DAYS_IN_SLACK,
    )  # fmt: skip


def archive_name(person: Person, now: datetime) -> str:
    return f"your-data-{person.local(now):%Y-%m-%d}.zip"


async def build_archive(
    session: AsyncSession, workspace: Workspace, person: Person, *, now: datetime, decrypts: bool = True
) -> bytes:
    """Return the archive of a person's data: one file for programs, and one to read.

    Without `decrypts`, everything encrypted is left out, and the files say so.
    """
    found = await personal_rows.find_records(session, workspace.id, person.id, decrypts=decrypts)
    names = await _find_names(session, person, [each.values for each in found])
    entries = [
        Entry(each.declared.kind, table(each.declared.model).name, each.values, {p.key for p in each.declared.people})
        for each in found
    ]
    left_out = sorted({each.declared.kind for each in found if not each.is_complete})
    note = "" if decrypts else messages.describe_left_out(left_out)
    files = {
        messages.DATA_FILE: _to_json(workspace, person, found, names, note, now).encode(),
        messages.TEXT_FILE: messages.render_text(person, workspace.name, entries, names, note, now).encode(),
    }
    return to_zip(files, person.local(now))


async def _find_names(session: AsyncSession, person: Person, rows: Sequence[Mapping[str, Any]]) -> Names:
    """Return the names of all people and channels that the rows mention."""
    ids: Collection[str] = find_ids(rows)
    known = await people.fetch_people(session, person.workspace_id, ids)
    teams = (await session.scalars(select(Team).where(Team.workspace_id == person.workspace_id))).all()
    return Names(
        person.id, {id: each.name for id, each in known.items()}, {each.id: f"#{each.name}" for each in teams},
        {each.channel_id: f"#{each.name}" for each in teams},
    )  # fmt: skip


def _to_json(
    workspace: Workspace, person: Person, found: Sequence[Record], names: Names, note: str, now: datetime
) -> str:
    kinds: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for each in found:
        kinds.setdefault(each.declared.kind, {}).setdefault(table(each.declared.model).name, []).append(each.values)
    whole = {
        "person": {"id": person.id, "name": person.name, "zone": person.zone},
        "workspace": {"id": workspace.id, "name": workspace.name},
        "made_at": now,
        **({"left_out": note} if note else {}),
        "people": names.people,
        "channels": names.channels,
        "data": kinds,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2, default=_to_text)


def _to_text(value: object) -> str:
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    raise TypeError(f"a value of type {type(value).__name__} has no place in an export")
