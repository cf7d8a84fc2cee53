"""Org-wide installs: workspaces that are granted and taken, and those with an installation of their own."""

import pytest
from sqlalchemy import select

from bot.db.sessions import Database
from bot.org import installations, people
from bot.org.installations import Grant
from bot.org.people import Person
from bot.org.workspaces import ANY_URL, RESUMING, Workspace, WorkspaceFacts
from bot.scheduler.models import ScheduledJob
from bot.slack import profiles
from bot.workflows import installations as installs
from bot.workflows import organizations as workflow
from tests.conftest import TUESDAY

ORG = Grant("xoxb-org", "B9", "UBOT", enterprise_id="E1", is_org=True)
OWN = Grant("xoxb-own", "B9", "UBOT", workspace_id="T8", enterprise_id="E1")
QUAY, PIER = WorkspaceFacts("T8", "Quay", "https://e1.example/"), WorkspaceFacts("T9", "Pier", "https://e1.example/")


async def install(database: Database, grant: Grant, *covered: WorkspaceFacts) -> None:
    async with database.begin() as session:
        await installs.install(session, grant, covered, now=TUESDAY)


async def grant(database: Database, *ids: str, enterprise_id: str = "E1") -> None:
    async with database.begin() as session:
        await workflow.grant(session, enterprise_id, ids, now=TUESDAY)


async def take(database: Database, *ids: str) -> None:
    async with database.begin() as session:
        await workflow.take(session, "E1", ids, now=TUESDAY)


async def park(database: Database, workspace_id: str, token: str) -> None:
    async with database.begin() as session:
        await installations.park_if_current(session, workspace_id, "token_revoked", token, now=TUESDAY)


async def covered(database: Database) -> dict[str, tuple[str | None, str | None]]:
    """Return each workspace's installation, and why it is parked."""
    async with database.reading() as session:
        found = await session.scalars(select(Workspace).order_by(Workspace.id))
        return {each.id: (each.installation_id, each.parked) for each in found}


async def test_granted_workspace_gets_its_jobs_and_a_sync(database: Database) -> None:
    await install(database, ORG, QUAY)
    await grant(database, "T9", "T8")

    assert await covered(database) == {"T8": ("E1", None), "T9": ("E1", None)}
    async with database.reading() as session:
        pier = await session.get_one(Workspace, "T9")
        jobs = (await session.scalars(select(ScheduledJob.workspace_id))).all()
    assert (pier.name, pier.url, pier.looked_at) == ("T9", QUAY.url, None)
    assert {"T8", "T9"} <= set(jobs)


async def test_taken_workspace_is_parked_until_it_is_granted_again(database: Database) -> None:
    await install(database, ORG, QUAY, PIER)
    await take(database, "T9", "T7")
    taken = await covered(database)
    await grant(database, "T9")

    assert taken == {"T8": ("E1", None), "T9": ("E1", workflow.TAKEN)}
    assert await covered(database) == {"T8": ("E1", None), "T9": ("E1", RESUMING)}


async def test_installation_of_a_workspace_of_its_own_comes_before_the_organizations(database: Database) -> None:
    await install(database, OWN, QUAY)
    await install(database, ORG, QUAY, PIER)
    await grant(database, "T8")
    await take(database, "T8")

    assert await covered(database) == {"T8": ("T8", None), "T9": ("E1", None)}


async def test_workspace_goes_on_with_the_organizations_token_when_its_own_is_revoked(database: Database) -> None:
    await install(database, OWN, QUAY)
    await install(database, ORG, PIER)
    await park(database, "T8", "xoxb-own")
    moved = await covered(database)
    await park(database, "T8", "xoxb-org")

    assert moved == {"T8": ("E1", None), "T9": ("E1", None)}
    assert await covered(database) == {"T8": ("E1", "token_revoked"), "T9": ("E1", "token_revoked")}


async def test_installing_again_in_an_organization_resumes_the_workspaces_that_it_still_covers(
    database: Database,
) -> None:
    await install(database, ORG, QUAY, PIER)
    await park(database, "T8", "xoxb-org")
    await install(database, ORG, PIER)

    assert await covered(database) == {"T8": ("E1", "token_revoked"), "T9": ("E1", RESUMING)}


async def test_workspace_to_which_slack_refuses_access_is_parked_alone_until_it_is_granted(database: Database) -> None:
    await install(database, ORG, QUAY, PIER)
    async with database.begin() as session:
        reason = installations.NOT_GRANTED
        await installations.park_if_current(session, "T9", reason, "xoxb-org", now=TUESDAY)
    parked = await covered(database)
    await grant(database, "T9")

    assert parked == {"T8": ("E1", None), "T9": ("E1", installations.NOT_GRANTED)}
    assert await covered(database) == {"T8": ("E1", None), "T9": ("E1", RESUMING)}


@pytest.mark.parametrize("enterprise_id", ["E2", "T1"])
async def test_workspaces_granted_by_an_organization_without_an_install_are_ignored(
    database: Database, workspace: Workspace, enterprise_id: str
) -> None:
    await grant(database, "T9", enterprise_id=enterprise_id)

    assert await covered(database) == {"T1": ("T1", None)}


async def test_workspace_that_sends_requests_before_it_is_granted_is_covered(database: Database) -> None:
    await install(database, ORG)

    assert await workflow.cover_unknown(database, "E1", "T9", now=TUESDAY)
    assert await covered(database) == {"T9": ("E1", None)}
    async with database.reading() as session:
        assert (await session.get_one(Workspace, "T9")).url == ANY_URL
    for strange in (None, "E2"):
        assert not await workflow.cover_unknown(database, strange, "T7", now=TUESDAY)


async def test_facts_of_a_person_reach_only_the_workspaces_that_know_them(
    database: Database, workspace: Workspace
) -> None:
    await install(database, ORG, QUAY, PIER)
    async with database.begin() as session:
        session.add_all([Person("T8", "W7", "ana", "UTC", is_admin=True), Person("T1", "W7", "ana", "UTC")])
    user = {"id": "W7", "name": "anna", "team_id": "", "tz": "Europe/Lisbon", "deleted": True, "updated": 5}
    await workflow.update_person(database, "E1", "W7", lambda id: profiles.parse_user(id, user))

    async with database.reading() as session:
        found = {
            id: each for id in ("T1", "T8", "T9") for each in (await people.fetch_people(session, id, ["W7"])).values()
        }
    assert {id: (each.name, each.has_left, each.is_admin) for id, each in found.items()} == {
        "T1": ("ana", False, False), "T8": ("anna", True, True),
    }  # fmt: skip
