"""Rows of people are locked in the order of their keys."""

import asyncio
from typing import Any

import pytest

from bot import directory
from bot.database import Database
from bot.directory import Workspace

NEWS = {"zone": "UTC", "is_bot": False, "has_left": False, "updated": 9}


@pytest.mark.own_database
async def test_two_lists_in_opposite_order_do_not_wait_for_each_other(database: Database, workspace: Workspace) -> None:
    first, last = news("UANA"), news("UMAYA")
    async with database.begin() as session:
        await directory.meet(session, [first])
        other = asyncio.create_task(meet(database, [last, first]))
        await asyncio.sleep(0.1)
        await directory.meet(session, [last])
    await other

    async with database.reading() as session:
        people = await directory.people(session, workspace.id, ["UANA", "UMAYA"])
    assert {each.name for each in people.values()} == {"new UANA", "new UMAYA"}


async def meet(database: Database, people: list[dict[str, Any]]) -> None:
    async with database.begin() as session:
        await directory.meet(session, people)


def news(user_id: str) -> dict[str, Any]:
    return {"workspace_id": "T1", "id": user_id, "name": f"new {user_id}", **NEWS}
