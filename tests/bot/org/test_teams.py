"""Queries for teams: the team that a command is about, and the permission check for leaders."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import Database
from bot.errors import Refusal
from bot.org import people
from bot.org.teams import membership, queries
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from tests.conftest import TUESDAY


@pytest.fixture
async def second(database: Database, workspace: Workspace, team: Team) -> Team:
    """Return a second team with the members Maya and Ben."""
    async with database.begin() as session:
        return await membership.create_team(
            session,
            workspace,
            channel_id="C2",
            name="night-desk",
            zone="Asia/Kolkata",
            leaders=["UMAYA"],
            agents=["UBEN"],
            sponsor_id="UGRACE",
            now=TUESDAY,
        )


async def names(
    session: AsyncSession, user_id: str, channel_id: str | None = None, others: tuple[str, ...] = ()
) -> list[str]:
    found = await queries.team_meant(session, "T1", user_id, channel_id=channel_id, others=others)
    return [team.name for team in found]


async def test_command_in_a_team_channel_is_about_that_team(session: AsyncSession, second: Team) -> None:
    assert await names(session, "UMAYA", "C2") == ["night-desk"]
    assert await names(session, "UMAYA", "C1") == ["harbour-support"]


async def test_command_outside_team_channels_applies_to_the_senders_only_team(
    session: AsyncSession, second: Team
) -> None:
    assert await names(session, "UANA", "CELSE") == ["harbour-support"]
    assert await names(session, "UGRACE", "CELSE") == ["night-desk"]


async def test_command_is_about_the_team_that_its_sender_shares_with_the_people_named(
    session: AsyncSession, second: Team
) -> None:
    assert await names(session, "UMAYA", "CELSE", ("UANA",)) == ["harbour-support"]


async def test_all_teams_that_a_command_may_be_about_are_returned(session: AsyncSession, second: Team) -> None:
    assert await names(session, "UMAYA", "CELSE", ("UBEN",)) == ["harbour-support", "night-desk"]
    assert await names(session, "UMAYA") == ["harbour-support", "night-desk"]


async def test_person_without_a_team_is_told_how_to_join_one(session: AsyncSession, team: Team) -> None:
    with pytest.raises(Refusal, match="Join your team's channel"):
        await names(session, "USTRANGER")


async def test_person_is_told_if_no_team_is_set_up(session: AsyncSession, workspace: Workspace) -> None:
    with pytest.raises(Refusal, match="No team is set up yet"):
        await names(session, "UANA")


async def test_channel_has_at_most_one_team(session: AsyncSession, workspace: Workspace, team: Team) -> None:
    with pytest.raises(Refusal, match="is already a team"):
        await membership.create_team(
            session, workspace, channel_id="C1", name="x", zone="UTC", leaders=[], agents=["UANA"], now=TUESDAY
        )


async def test_only_leaders_pass_the_permission_check(session: AsyncSession, team: Team) -> None:
    by_user = {member.user_id: member for member in await membership.members(session, team)}
    by_user["UMAYA"].must_lead()

    with pytest.raises(Refusal, match="team's leaders can do that"):
        by_user["UANA"].must_lead()


async def test_profile_update_keeps_the_dm_id(session: AsyncSession, team: Team) -> None:
    ana = await people.fetch_person(session, "T1", "UANA")
    ana.dm_id = "D1"
    await session.flush()
    news = {"workspace_id": "T1", "id": "UANA", "name": "ana.s", "zone": "UTC", "is_bot": False, "has_left": True}
    await people.upsert_people(session, [news])
    await session.refresh(ana)

    assert (ana.name, ana.has_left, ana.dm_id) == ("ana.s", True, "D1")
