"""Tests of shout-outs to large user groups: limits on database lookups and on receivers."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.shoutouts import rules
from bot.features.shoutouts.rules import MOST_RECEIVERS
from bot.org import channels
from bot.org.people import Person
from bot.org.workspaces import Workspace
from bot.workflows.shoutouts import receivers


@pytest.fixture
async def everybody(session: AsyncSession, workspace: Workspace) -> str:
    """Store a user group of fifty thousand IDs, thirty of which belong to known people."""
    ids = [f"U{number:05}" for number in range(50_000)]
    session.add_all(Person(workspace.id, each, each.lower()) for each in ids[:30])
    await channels.upsert_group(
        session, workspace.id, "S1", handle="all-company", user_ids=ids, is_disabled=False, updated=1
    )
    await session.flush()
    return "S1"


@pytest.mark.parametrize("name", ["S1", "@all-company"])
async def test_only_some_people_of_a_large_group_are_looked_up(
    session: AsyncSession, everybody: str, name: str
) -> None:
    found = await receivers.find_people(session, "T1", [name])

    assert len(found) == receivers.MOST_OF_GROUP
    assert len(await receivers.find_thankable(session, "T1", "UMAYA", [name])) == 30


@pytest.mark.parametrize("names", [["S1"], ["UANA", "S1"], ["S1", "UANA", "UBEN"]])
async def test_thanking_a_large_group_is_refused(session: AsyncSession, everybody: str, names: list[str]) -> None:
    ids = await receivers.require_people(session, "T1", "UMAYA", names, {})
    known = {each: Person("T1", each, "x") for each in ids}

    assert len(ids) > MOST_RECEIVERS
    with pytest.raises(Refusal):
        rules.check_receivers(Person("T1", "UMAYA", "maya"), ids, known)
