"""The inbox, which ensures that each of Slack's deliveries takes effect once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import Database
from bot.org.people import Person
from bot.org.workspaces import Workspace
from bot.slack import inbox
from bot.slack.inbox import Delivery, Duplicate, Sessions
from tests.conftest import TUESDAY


def sessions(database: Database, delivery_id: str | None = "Ev1", *, shared: bool = False) -> Sessions:
    return Sessions(database, "T1", delivery_id, TUESDAY, shared=shared)


async def newcomer(sessions: Sessions, user_id: str) -> None:
    async with sessions.begin() as session:
        session.add(Person("T1", user_id, user_id.lower()))


async def count(database: Database, table: type[Delivery] | type[Person]) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_duplicate_delivery_has_no_effect(database: Database, workspace: Workspace) -> None:
    await newcomer(sessions(database), "UNEW")

    with pytest.raises(Duplicate):
        await newcomer(sessions(database), "UOTHER")
    async with database.reading() as session:
        assert await session.get(Person, ("T1", "UOTHER")) is None


@pytest.mark.own_database
async def test_concurrent_duplicates_of_a_delivery_have_one_effect(database: Database, workspace: Workspace) -> None:
    async def deliver(user_id: str) -> bool:
        try:
            await newcomer(sessions(database), user_id)
        except Duplicate:
            return False
        return True

    before = await count(database, Person)
    effects = await asyncio.gather(*(deliver(f"UNEW{number}") for number in range(3)))

    assert sum(effects) == 1
    assert await count(database, Person) == before + 1


async def test_delivery_without_changes_is_not_stored(database: Database, workspace: Workspace) -> None:
    async with sessions(database).begin() as session:
        await session.scalars(select(Person))

    assert await count(database, Delivery) == 0
    await newcomer(sessions(database), "UNEW")


async def test_failed_delivery_can_be_redelivered(database: Database, workspace: Workspace) -> None:
    async def fail() -> None:
        async with sessions(database).begin() as session:
            session.add(Person("T1", "UHALF", "half"))
            await session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    assert await count(database, Delivery) == 0
    await newcomer(sessions(database), "UWHOLE")


async def test_shared_sessions_commit_changes_of_several_listeners_at_once(
    database: Database, workspace: Workspace
) -> None:
    shared = sessions(database, shared=True)
    before = await count(database, Person)
    await newcomer(shared, "UONE")
    await newcomer(shared, "UTWO")
    assert await count(database, Person) == before
    await shared.commit()

    assert await count(database, Person) == before + 2


@pytest.mark.parametrize(
    ("turns", "again_after", "asked", "taken"),
    [
        (1, None, [0, 0, 1000], [1, None, None]),
        (1, timedelta(hours=1), [0, 59, 60], [1, None, 1]),
        (2, timedelta(hours=1), [0, 30, 31, 61, 62, 90], [1, 2, None, 1, None, 2]),
        (3, timedelta(hours=1), [0, 0, 0, 0], [1, 2, 3, None]),
    ],
)
async def test_action_is_allowed_a_limited_number_of_times_per_period(
    session: AsyncSession,
    workspace: Workspace,
    turns: int,
    again_after: timedelta | None,
    asked: list[int],
    taken: list[int | None],
) -> None:
    """`asked` lists the minute of each attempt; `taken` lists its number within the period, or None if refused."""
    moments = [datetime(2026, 11, 17, 10, tzinfo=UTC) + timedelta(minutes=minute) for minute in asked]
    limits: dict[str, Any] = {"turns": turns, "again_after": again_after}

    assert [await inbox.claim_turn(session, "T1", "hello", now=now, **limits) for now in moments] == taken
    assert await inbox.claim_turn(session, "T1", "another", now=moments[0], **limits) == 1
