"""Operator commands of the outbox: list, retry and drop."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot import logs
from bot.__main__ import command_line
from bot.db.sessions import Database
from bot.errors import OperatorError
from bot.org.workspaces import Address, Workspace
from bot.slack.outbox import operator_commands, outbox
from bot.slack.outbox.models import Lane, Outgoing, State
from bot.slack.post import Post
from tests.conftest import TUESDAY


@pytest.fixture
async def failed_id(database: Database, workspace: Workspace) -> int:
    """Store a row that Slack refused, and return its ID."""
    async with database.begin() as session:
        await outbox.put(session, Post("a private word"), to=Address("T1", "C1"), not_before=TUESDAY)
    async with database.begin() as session:
        row = (await session.scalars(select(Outgoing))).one()
        row.state, row.reason, row.tries = State.FAILED, "is_archived", 3
        lane = (await session.scalars(select(Lane))).one()
        lane.next_at = None
    return row.id


async def test_operator_can_retry_a_failed_message(database: Database, failed_id: int) -> None:
    async with database.begin() as session:
        await operator_commands.retry(session, failed_id, TUESDAY)
    async with database.reading() as session:
        row = (await session.scalars(select(Outgoing))).one()
        lane = (await session.scalars(select(Lane))).one()

    assert (row.state, row.tries, row.reason) == (State.WAITING, 0, None)
    assert lane.next_at == TUESDAY


async def test_message_dropped_by_the_operator_is_deleted_and_cannot_be_dropped_again(
    database: Database, failed_id: int
) -> None:
    async with database.begin() as session:
        await operator_commands.drop(session, failed_id, TUESDAY)
    async with database.begin() as session:
        assert (await session.scalars(select(Outgoing))).one().body is None
        with pytest.raises(OperatorError, match="is neither waiting nor failed"):
            await operator_commands.drop(session, failed_id, TUESDAY)


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
@pytest.mark.own_database
async def test_outbox_list_on_the_command_line_shows_ids_and_reasons_but_no_text(
    database: Database, failed_id: int, tmp_path: Path
) -> None:
    async def say(*words: str) -> str:
        data = {"STEWARD_DATA": str(tmp_path), "COLUMNS": "200"}
        done = await asyncio.to_thread(CliRunner().invoke, command_line, ["outbox", *words], env=data)
        logs.configure()
        return done.output

    listed = await say("list")
    assert "is_archived" in listed
    assert "failed" in listed
    assert "private" not in listed
    assert f"Row {failed_id} will be sent again." in await say("retry", str(failed_id))
    assert f"Row {failed_id} was dropped." in await say("drop", str(failed_id))
    assert "is neither waiting nor failed" in await say("drop", str(failed_id))
    assert "has not failed" in await say("retry", str(failed_id))


async def test_sandbox_inspector_shows_waiting_messages_without_their_text(database: Database, failed_id: int) -> None:
    told = await operator_commands.list_unsent_data(database)

    expected = {"id": failed_id, "method": "chat.postMessage", "conversation": "C1", "state": "failed"}
    assert told == [expected | {"not_before": TUESDAY.isoformat()}]
