"""Search for traces of a hard contact in other people's messages and in rows, files, logs, metrics and exports."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometheus_client import generate_latest
from sqlalchemy import select

from bot import metrics
from bot.db.encryption import DATABASE
from bot.db.migrations.metadata import METADATA
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.workflows import exports
from tests.handlers.hard_contacts.drivers import NUMBER, TICKET
from tests.harness import Json, World

PAGE = 4096
"""The size of an SQLite page in bytes."""
RANDOM = re.compile(
    r"gAAAAA[\w=-]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|datetime\.datetime\(.*?\)\)?|[0-9a-f]{16,}|\d+"
)
"""Parts that differ between two runs: ciphertext, IDs, timestamps, hashes and numbers."""
CHANNELS = ("harbour-support", "queue-alerts")
WORDS = ("hard_contact", "hard contact", TICKET)


@dataclass(frozen=True)
class Traces:
    """All data that an operator of the bot can read."""

    rows: Sequence[str]
    """Every database row as stored, with encrypted values still encrypted."""
    files: bytes
    """The contents of SQLite's files; empty with PostgreSQL."""
    lines: Sequence[str]
    """Log lines, lines of the metrics page, and lines of `/steward export` with people's ids instead of their names."""


async def find_traces(world: World, logged: Sequence[Any]) -> Traces:
    page = generate_latest(metrics.REGISTRY).decode().splitlines()
    lines = [*map(str, logged), *page, *await _export(world)]
    return Traces([each async for each in _rows(world)], _files(world.settings.data), lines)


async def _export(world: World) -> list[str]:
    """Return the lines of all files that a leader who is also a workspace admin can export."""
    async with world.database.reading() as session:
        people = [*await session.scalars(select(Person))]
        team = (await session.scalars(select(Team))).one()
        files = await exports.build_files(session, team, leads=True, is_admin=True, now=world.now)
    lines = [f"export {name} {line}" for name, content in files.items() for line in content.decode().splitlines()]
    for person in people:
        lines = [line.replace(f'"{person.name}"', person.id) for line in lines]
    return lines


async def _rows(world: World) -> Any:
    async with world.database.writer.connect() as connection:
        for table in METADATA.sorted_tables:
            found = await connection.exec_driver_sql(f"SELECT * FROM {table.name}")
            for row in found.mappings():
                yield f"{table.name} {dict(row)}"


def _files(data: Path) -> bytes:
    """Return the pages of the database and of its write-ahead log, without the log's headers."""
    files = [each.read_bytes() for each in sorted(data.glob(f"{DATABASE}*")) if not each.name.endswith("-wal")]
    log = data / f"{DATABASE}-wal"
    return b"".join([*(_frames(log.read_bytes()) if log.exists() else ()), *files])


def _frames(log: bytes) -> Iterator[bytes]:
    """Yield the pages in a write-ahead log. See https://www.sqlite.org/fileformat2.html#walformat."""
    header, frame_header = 32, 24
    for at in range(header, len(log), frame_header + PAGE):
        yield log[at + frame_header : at + frame_header + PAGE]


def find_ties(hard: Traces, ordinary: Sequence[Traces], agent_id: str) -> list[str]:
    """Return traces that name the agent or the ticket of a hard contact and that ordinary days do not have."""
    usual = {_plain(each) for traces in ordinary for each in (*traces.rows, *traces.lines)}
    said = (*hard.rows, *hard.lines)
    found = [each for each in said if (NUMBER in each or agent_id in each) and _plain(each) not in usual]
    return found + [str(page) for page in _pages(hard.files) if _tells(page, agent_id)]


def _tells(page: bytes, agent_id: str) -> bool:
    text = page.decode(errors="replace")
    return TICKET in text or (agent_id in text and any(word in text for word in WORDS))


def _pages(files: bytes) -> Iterator[bytes]:
    return (files[at : at + PAGE] for at in range(0, len(files), PAGE))


def _plain(text: str) -> str:
    return RANDOM.sub("#", text)


async def id_of(world: World, name: str) -> str:
    async with world.database.reading() as session:
        return (await session.scalars(select(Person.id).where(Person.name == name))).one()


async def read_transcript(world: World, *, excluding: Sequence[str]) -> dict[str, list[tuple[str, Any]]]:
    """Return the messages that everybody except these people can read, in order, by DM or channel."""
    async with world.database.reading() as session:
        names = [*await session.scalars(select(Person.name).where(~Person.is_bot).order_by(Person.name))]
    found = {f"@{name}": await world.slack.messages("bot", name) for name in names if name not in excluding}
    found |= {channel: await world.slack.messages_and_replies(channel, "ben") for channel in CHANNELS}
    return {place: [_said(each) for each in said] for place, said in found.items()}


def _said(message: Json) -> tuple[str, Any]:
    return message["text"], message.get("blocks")
