"""A stolen database without its key: no encrypted column can be read in its files, its log or its dump."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.disposable_keys import create_key
from bot.db.migrations.metadata import METADATA
from bot.db.models import Private, Words
from bot.db.sessions import Database, vault_of
from bot.org.workspaces import Workspace
from tests.bot.workflows.test_parked_workspaces import fill

pytestmark = pytest.mark.own_database

FILLS = {
    "disposable_keys.key": "the key of a round",
    "folded_alerts.sealed": "an alert",
    "followup_events.text": "why it waits",
    "followups.link": "https://tickets.example",
    "followups.outcome": "what was done",
    "followups.question": "what we try",
    "followups.quote": "a quote",
    "followups.sponsor_note": "a note for the sponsor",
    "followups.text": "a roadblock",
    "followups.waiting_for": "what we wait for",
    "hand_ups.ticket": "the ticket of a hand-up",
    "hand_ups.words": "a hand-up",
    "hard_contact_months.key": "the key of a month",
    "hard_contacts.sealed": "who was in a hard contact",
    "heads_ups.link": "https://launch.example",
    "heads_ups.title": "a launch",
    "heads_ups.words": "what to say",
    "installations.refresh_token": "xoxe-1",
    "installations.token": "xoxb-1",
    "log_keys.key": "the key of the logs",
    "meetings.sealed": "a note of a shadowing session",
    "notes.sealed": "a note",
    "notice_questions.words": "a question",
    "notices.answer": "the answer",
    "notices.change": "a change",
    "notices.details": "why it changes",
    "notices.link": "https://change.example",
    "outbox.body": "a message",
    "pulse_answers.sealed": "an answer",
    "pulse_comments.words": "a comment",
    "pulse_invitations.sealed": "who is asked",
    "pulse_rounds.salt": "the key of the agents",
    "shoutouts.reason": "a private shout-out",
    "signatures.sealed": "happy birthday",
    "tanks.key": "the key of the tank",
    "ticket_watches.key": "the key of the watches",
    "ticket_watches.sealed": "a watched ticket",
    "topics.sealed": "a topic",
    "visit_debriefs.in_the_way": "what is in the way",
    "visit_debriefs.works": "what works",
    "voice_months.comment": "the leader's comment",
    "voice_months.hand_ups": "how many hand-ups",
    "voice_months.leader_words": "the month for leaders",
    "voice_months.message": "the month's message",
    "voice_months.words": "the month",
    "webhooks.previous": "an old secret",
    "webhooks.secret": "a secret",
}
"""What each encrypted column is filled with. A new one needs an entry, or a test fails."""
UNDER_ITS_OWN_KEY = {"pulse_answers.sealed", "pulse_invitations.sealed"}
"""Columns of text that are encrypted with the key of their round instead of the master key."""
PLAIN = "celebrations.words"
"""A column that is not encrypted, to show that the search works."""
EVERY_FILE = text("SELECT pg_relation_filepath(oid) FROM pg_class WHERE pg_relation_filepath(oid) IS NOT NULL")


def encrypted_columns() -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, (LargeBinary, Words))
    } | UNDER_ITS_OWN_KEY


async def write(session: AsyncSession, words: Mapping[str, str]) -> None:
    """Fill all columns as the bot does: through the vault, as `Private` words, or with a disposable key."""
    await fill(session, "T1")
    await session.execute(METADATA.tables["log_keys"].insert().values(month=text("'2026-11-01'"), key=Private("")))
    key = await create_key(session, "T1")
    for name, said in words.items():
        table, _, column = name.partition(".")
        target = METADATA.tables[table]
        await session.execute(
            update(target).values({column: _sealed(session, target.columns[column], key, name, said)})
        )


def _sealed(session: AsyncSession, column: Any, key: Any, name: str, said: str) -> Any:
    if name in UNDER_ITS_OWN_KEY:
        return key.encrypt(said)
    if isinstance(column.type, LargeBinary):
        return vault_of(session).encrypt(said)
    return Private(said) if isinstance(column.type, Words) else said


async def steal(database: Database) -> bytes:
    """Return all bytes of the database's files and of its write-ahead log, and every row as a dump has it."""
    async with database.writer.connect() as connection:
        rows = [
            str(row).encode()
            for table in METADATA.sorted_tables
            for row in (await connection.exec_driver_sql(f"SELECT * FROM {table.name}")).all()
        ]
        if database.is_sqlite:
            file = Path(database.writer.url.database or "")
            return b"\n".join([*rows, *(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))])
        await connection.execute(text("CHECKPOINT"))
        root = Path(await connection.scalar(text("SHOW data_directory")) or "")
        tables = [root / each for each in await connection.scalars(EVERY_FILE)]
        log = [each for each in (root / "pg_wal").iterdir() if each.is_file()]
        return b"\n".join([*rows, *(each.read_bytes() for each in [*tables, *log] if each.exists())])


def test_every_encrypted_column_is_filled() -> None:
    assert encrypted_columns() == {*FILLS}


async def test_stolen_database_without_the_key_shows_nothing_that_is_encrypted(
    database: Database, workspace: Workspace
) -> None:
    words = {name: f"{said} {secrets.token_hex(8)}" for name, said in FILLS.items()}
    plain = secrets.token_hex(8)
    async with database.begin() as session:
        await write(session, {**words, PLAIN: plain})
    stolen = await steal(database)

    assert plain.encode() in stolen
    assert [name for name, said in words.items() if said.split()[-1].encode() in stolen] == []
    assert await read_all(database, words) == {
        name: said for name, said in words.items() if name not in UNDER_ITS_OWN_KEY
    }


async def read_all(database: Database, words: Mapping[str, str]) -> dict[str, str]:
    """Return what can be read in each column with the master key."""
    found = {}
    async with database.reading() as session:
        for name in [each for each in words if each not in UNDER_ITS_OWN_KEY]:
            table, _, column = name.partition(".")
            value = await session.scalar(select(METADATA.tables[table].columns[column]).limit(1))
            found[name] = vault_of(session).decrypt(value) if isinstance(value, bytes) else str(value)
    return found
