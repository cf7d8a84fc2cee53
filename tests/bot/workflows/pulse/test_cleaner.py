"""Tests of the clean-up after a round: no bytes of a deleted answer are left once the round is marked as cleaned."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.db.sessions import Database
from bot.db.sqlite_copies import BEFORE, copy_database
from bot.doctor import backlog
from bot.features.pulse import queries
from bot.features.pulse.models import PulseAnswer, PulseRound
from bot.org.teams.models import Team
from bot.workflows.pulse import cleaner
from bot.workflows.pulse.cleaner import PulseCleaner
from tests.conftest import TUESDAY

pytestmark = pytest.mark.own_database

AGENTS = [f"UAGENT{number}" for number in range(20)]
OLDER = {
    "sqlite": [["BEGIN", "SELECT count(*) FROM pulse_rounds"]],
    "postgresql": [["BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT 1"], ["BEGIN", "SELECT pg_current_xact_id()"]],
}
"""Transactions that hold back what is deleted after them: those that read, and one that has written and waits."""
FILES = text(
    "SELECT pg_relation_filepath(oid) FROM pg_class WHERE pg_relation_filepath(oid) IS NOT NULL AND "
    "(relname LIKE '%pulse%' OR relname LIKE '%disposable%')"
)
SAMPLES = text("SELECT string_agg(concat(most_common_vals, histogram_bounds), ' ') FROM pg_stats")


async def close_round(database: Database, team: Team) -> bytes:
    """Close a round in which twenty agents have answered, and return a part of a deleted answer."""
    async with database.begin() as session:
        found, key = await queries.open_round(
            session, team, ["I have the tools."], AGENTS, now=TUESDAY, closes_at=TUESDAY + timedelta(days=9)
        )
        for each in AGENTS:
            await queries.add_answers(session, found, key, each, {0: 5}, "", may_be_quoted=False)
        answer = (await session.scalars(select(PulseAnswer).limit(1))).one().key
    async with database.begin() as session:
        await session.execute(text("ANALYZE pulse_answers"))
    async with database.begin() as session:
        found = await queries.find_round(session, team.workspace_id, found.id)
        await queries.shred(session, found, await queries.load_key(session, found), now=TUESDAY)
    return answer.encode()


async def clean(database: Database) -> bool:
    """Clean up, and return whether all rounds are marked as cleaned."""
    await PulseCleaner(database).clean()
    async with database.reading() as session:
        return all(await session.scalars(select(PulseRound.is_cleaned)))


async def test_copies_in_the_data_folder_are_deleted_after_a_round_has_closed(database: Database, team: Team) -> None:
    file = Path(database.writer.url.database or "")
    copy = file.with_name(f"{BEFORE}migration-from-0001")
    if database.is_sqlite:  # PostgreSQL has no data folder
        copy_database(file, copy)
    await close_round(database, team)

    assert await clean(database)
    assert not copy.exists()


async def read_files(database: Database) -> bytes:
    """Return what the database's files have of the pulse, and the samples that PostgreSQL takes for its planner."""
    if database.is_sqlite:
        file = Path(database.writer.url.database or "")
        return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
    async with database.writer.connect() as connection:
        await connection.execute(text("CHECKPOINT"))
        root = Path(await connection.scalar(text("SHOW data_directory")) or "")
        files = [(root / each).read_bytes() for each in await connection.scalars(FILES)]
        return b"".join([*files, (await connection.scalar(SAMPLES) or "").encode()])


async def run_suggested_query(database: Database) -> list[Any]:
    """Return what the query finds with which `steward doctor` has the operator look for older transactions."""
    query = backlog.CLEAN["postgresql"].split("`")[1]
    async with database.writer.connect() as connection:
        found = (await connection.execute(text(query))).all()
    return [each for each in found if each.query != query]


async def test_deleted_answers_are_gone_from_the_files(database: Database, team: Team) -> None:
    answer = await close_round(database, team)

    assert answer in await read_files(database)
    assert await clean(database)
    assert answer not in await read_files(database)


async def test_round_is_not_marked_as_cleaned_while_an_older_transaction_is_open(
    database: Database, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    for statements in OLDER[database.writer.dialect.name]:
        async with database.reader.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            execute = driver.execute_alone if database.is_sqlite else driver.execute
            for each in statements:
                await execute(each)
            answer = await close_round(database, team)
            with monkeypatch.context() as hurry:
                hurry.setattr(cleaner, "MOST_WAITS", 1)
                assert not await clean(database), statements
            assert database.is_sqlite or await run_suggested_query(database)
            await execute("ROLLBACK")
        assert await clean(database)
        assert answer not in await read_files(database)
