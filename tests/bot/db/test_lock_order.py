"""Lock order: upserts of people lock their rows in primary key order."""

import asyncio
from typing import Any

import pytest

from bot.db.sessions import Database
from bot.org import people as org_people
from bot.org.workspaces import Workspace

NEWS = {"zone": "UTC", "is_bot": False, "has_left": False, "updated": 9}


@pytest.mark.own_database
async def test_upserts_of_the_same_people_in_opposite_order_do_not_deadlock(
    database: Database, workspace: Workspace
) -> None:
    first, last = news("UANA"), news("UMAYA")
    async with database.begin() as session:
        await org_people.upsert_people(session, [first])
        other = asyncio.create_task(meet(database, [last, first]))
        await asyncio.sleep(0.1)
        await org_people.upsert_people(session, [last])
    await other

    async with database.reading() as session:
        people = await org_people.fetch_people(session, workspace.id, ["UANA", "UMAYA"])
    assert {each.name for each in people.values()} == {"new UANA", "new UMAYA"}


async def meet(database: Database, people: list[dict[str, Any]]) -> None:
    async with database.begin() as session:
        await org_people.upsert_people(session, people)


def news(user_id: str) -> dict[str, Any]:
    return {"workspace_id": "T1", "id": user_id, "name": f"new {user_id}", **NEWS}
