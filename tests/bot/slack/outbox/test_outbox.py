"""Writes to the outbox: idempotency keys, edits, deletions, lanes (a queue per conversation) and retention."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import personal_data
from bot.db.sessions import Database
from bot.org.workspaces import Address, Workspace
from bot.slack.outbox import outbox, queries
from bot.slack.outbox.models import Card, Lane, Method, Outgoing, Priority, State
from bot.slack.outbox.queries import decrypt_payload
from bot.slack.post import Post, Step
from tests.conftest import TUESDAY

HERE = Address("T1", "C1")


async def rows(database: Database) -> list[Outgoing]:
    async with database.reading() as session:
        return list(await session.scalars(select(Outgoing).order_by(Outgoing.id)))


async def says(database: Database) -> list[str]:
    return [decrypt_payload(row, database.vault)["text"] for row in await rows(database) if row.body]


async def test_message_with_an_idempotency_key_is_queued_exactly_once(database: Database, workspace: Workspace) -> None:
    for _ in range(2):
        async with database.begin() as session:
            await outbox.put(session, Post("hello"), to=HERE, not_before=TUESDAY, key="once")

    assert await says(database) == ["hello"]


async def test_waiting_message_is_encrypted_in_the_database(database: Database, workspace: Workspace) -> None:
    async with database.begin() as session:
        await outbox.put(session, Post("a private word"), to=HERE, not_before=TUESDAY)
    async with database.reading() as session:
        (body,) = (await session.execute(text("SELECT body FROM outbox"))).one()

    assert b"private" not in bytes(body)


async def test_edit_of_an_unsent_card_rewrites_its_post(database: Database, workspace: Workspace) -> None:
    async with database.begin() as session:
        await outbox.put(session, Post("first", card="c"), to=HERE, not_before=TUESDAY)
        await outbox.edit(session, Post("second", card="c"), to=HERE, not_before=TUESDAY)

    assert await says(database) == ["second"]
    assert (await rows(database))[0].method == Method.POST


async def test_newest_of_several_waiting_edits_replaces_the_others(database: Database, workspace: Workspace) -> None:
    for words in ("one", "two", "three"):
        async with database.begin() as session:
            await outbox.edit(session, Post(words, card="c"), to=HERE, not_before=TUESDAY)

    assert await says(database) == ["three"]


async def test_post_without_a_card_cannot_be_edited(session: AsyncSession, workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="only a post with a card"):
        await outbox.edit(session, Post("no card"), to=HERE, not_before=TUESDAY)


async def test_edit_is_queued_behind_a_post_that_is_being_sent(database: Database, workspace: Workspace) -> None:
    async with database.begin() as session:
        await outbox.put(session, Post("one", card="c"), to=HERE, not_before=TUESDAY, priority=Priority.RITUAL)
    async with database.begin() as session:
        (await session.scalars(select(Outgoing))).one().attempted_at = TUESDAY
    async with database.begin() as session:
        await outbox.edit(session, Post("two", card="c"), to=HERE, not_before=TUESDAY)

    assert [(row.method, row.priority) for row in await rows(database)] == [
        (Method.POST, Priority.RITUAL),
        (Method.UPDATE, Priority.RITUAL),
    ]


async def test_card_deleted_before_it_was_sent_is_dropped(database: Database, workspace: Workspace) -> None:
    async with database.begin() as session:
        await outbox.put(session, Post("oh", card="c"), to=HERE, not_before=TUESDAY)
        await outbox.delete(session, "c", to=HERE, now=TUESDAY)

    assert [(row.state, row.body) for row in await rows(database)] == [(State.DROPPED, None)]


async def test_refused_card_is_dropped_when_it_is_deleted(database: Database, workspace: Workspace) -> None:
    async with database.begin() as session:
        await outbox.put(session, Post("oh", card="c"), to=HERE, not_before=TUESDAY)
        await session.flush()
        (await session.scalars(select(Outgoing))).one().state = State.FAILED
    async with database.begin() as session:
        await outbox.delete(session, "c", to=HERE, now=TUESDAY)

    assert [row.state for row in await rows(database)] == [State.DROPPED]


async def test_outbox_lane_takes_the_highest_priority_and_earliest_time_of_its_rows(
    database: Database, workspace: Workspace
) -> None:
    async with database.begin() as session:
        await outbox.put(session, Post("a"), to=HERE, not_before=TUESDAY, priority=Priority.NUDGE)
    async with database.begin() as session:
        later = TUESDAY + timedelta(hours=1)
        await outbox.put(session, Post("b"), to=HERE, not_before=later, priority=Priority.URGENT)
    async with database.reading() as session:
        lane = (await session.scalars(select(Lane))).one()

    assert (lane.priority, lane.next_at) == (Priority.URGENT, TUESDAY)


async def test_rolled_back_transaction_leaves_no_outbox_row(database: Database, workspace: Workspace) -> None:
    async def fail(session: AsyncSession) -> None:
        await outbox.put(session, Post("no"), to=HERE, not_before=TUESDAY)
        await session.rollback()

    async with database.session() as session:
        await fail(session)

    assert await rows(database) == []


async def test_old_outbox_rows_are_pruned_unless_failed_or_waiting(database: Database, workspace: Workspace) -> None:
    async with database.begin() as session:
        for state in (State.SENT, State.DROPPED, State.FAILED, State.WAITING):
            await outbox.put(session, Post(state), to=HERE, not_before=TUESDAY)
        await session.flush()
        for row in await session.scalars(select(Outgoing).where(Outgoing.conversation == "C1")):
            row.state = decrypt_payload(row, database.vault)["text"]
            row.settled_at = TUESDAY
    async with database.begin() as session:
        night = TUESDAY + timedelta(days=14)
        assert await personal_data.prune(session, "T1", now=night, limit=1) == 1
        assert await personal_data.prune(session, "T1", now=night, limit=10) == 1

    assert sorted(row.state for row in await rows(database)) == [State.FAILED, State.WAITING]


async def test_card_is_found_by_its_message_even_while_its_post_is_being_sent(
    session: AsyncSession, workspace: Workspace
) -> None:
    there, ts = HERE, f"{(TUESDAY + timedelta(seconds=1)).timestamp():.6f}"
    await outbox.put(session, Post("thanks", card="shoutout:1"), to=there, not_before=TUESDAY)
    await session.flush()
    assert await queries.card_at(session, there, ts) is None
    row = (await session.scalars(select(Outgoing))).one()
    row.attempted_at = TUESDAY
    await session.flush()
    assert await queries.card_at(session, there, ts) == "shoutout:1"
    row.finish(State.SENT, TUESDAY)
    session.add(Card("T1", "shoutout:1", "C1", ts))
    await session.flush()

    assert await queries.card_at(session, there, ts) == "shoutout:1"
    assert await queries.card_at(session, there, "1.000000") is None


async def test_published_changes_post_edit_and_delete_cards(session: AsyncSession, workspace: Workspace) -> None:
    for number, becomes in ((1, "new"), (1, "changed"), (2, "new"), (2, "gone")):
        step = Step(HERE, Post(f"{becomes} {number}", card=f"card:{number}"), becomes)  # type: ignore[arg-type]
        await outbox.publish_changes(session, [step], now=TUESDAY)
    waiting = (await session.scalars(select(Outgoing).where(Outgoing.state == State.WAITING))).all()

    assert [decrypt_payload(row, session.info["vault"])["text"] for row in waiting] == ["changed 1"]
