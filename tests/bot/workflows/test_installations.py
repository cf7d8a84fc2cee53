"""Whose workspaces a process works for, and what an install stores and schedules."""

import pytest
from sqlalchemy import select

from bot.db.sessions import Database
from bot.errors import OperatorError
from bot.org import installations
from bot.org.installations import Grant, Installation
from bot.org.teams.models import Team
from bot.org.workspaces import RESUMING, Workspace, WorkspaceFacts
from bot.scheduler.models import ScheduledJob
from bot.workflows import installations as workflow
from bot.workflows import recurring_jobs
from tests.conftest import TUESDAY

HARBOUR = WorkspaceFacts("T1", "Harbour", "https://harbour.slack.com/")
QUAY = WorkspaceFacts("T2", "Quay", "https://quay.slack.com/")
PIER = WorkspaceFacts("T3", "Pier", "https://pier.slack.com/")


async def install(database: Database, *covered: WorkspaceFacts, client_id: str | None = None) -> None:
    async with database.begin() as session:
        for each in covered:
            grant = Grant(f"xoxb-{each.id}", "B1", "UBOT", each.id, client_id=client_id)
            await workflow.install(session, grant, [each], now=TUESDAY)


async def parked(database: Database) -> dict[str, str | None]:
    async with database.reading() as session:
        return {each.id: each.parked for each in await session.scalars(select(Workspace).order_by(Workspace.id))}


async def tokens(database: Database) -> dict[str, str]:
    async with database.reading() as session:
        found = await session.scalars(select(Installation).order_by(Installation.id))
        return {each.id: database.vault.decrypt(each.token) for each in found}


async def claim_for_token(database: Database, workspace: WorkspaceFacts, adopted: str | None = None) -> None:
    async with database.begin() as session:
        await workflow.claim_for_token(session, workspace, adopted, now=TUESDAY)


async def claim_for_app(database: Database, client_id: str, adopted: str | None = None) -> None:
    async with database.begin() as session:
        await workflow.claim_for_app(session, client_id, adopted, now=TUESDAY)


async def test_install_schedules_the_jobs_of_the_workspace_and_its_teams(database: Database, team: Team) -> None:
    await install(database, HARBOUR, QUAY)

    async with database.reading() as session:
        jobs = await session.execute(select(ScheduledJob.workspace_id, ScheduledJob.team_id, ScheduledJob.job))
        found = {tuple(each) for each in jobs}
    daily = {(each, None, job.name) for each in ("T1", "T2") for job in recurring_jobs.WORKSPACE_JOBS}
    assert daily <= found
    assert {("T1", team.id, job.name) for job in recurring_jobs.TEAM_JOBS if job.name == "followups.expire"} <= found


async def test_empty_database_belongs_to_whichever_token_comes_first(database: Database) -> None:
    await claim_for_token(database, QUAY)
    await install(database, QUAY)
    await claim_for_token(database, QUAY)

    assert await parked(database) == {"T2": None}


@pytest.mark.parametrize("adopted", [None, "T1", "T9"])
async def test_token_of_another_workspace_than_the_databases_is_refused(
    database: Database, workspace: Workspace, adopted: str | None
) -> None:
    with pytest.raises(OperatorError, match=r"belongs to Harbour \(T1\).*STEWARD_ADOPT_WORKSPACE=T2"):
        await claim_for_token(database, QUAY, adopted)

    assert await tokens(database) == {"T1": "xoxb-1"}


async def test_token_is_refused_while_the_database_has_other_active_workspaces(database: Database) -> None:
    await install(database, HARBOUR, QUAY, PIER)

    with pytest.raises(OperatorError, match=r"belongs to Harbour \(T1\), Pier \(T3\)"):
        await claim_for_token(database, QUAY)


async def test_adopted_workspace_continues_alone_and_the_tokens_of_the_others_are_deleted(database: Database) -> None:
    await install(database, HARBOUR, PIER)
    await claim_for_token(database, QUAY, "T2")
    await install(database, QUAY)
    await claim_for_token(database, QUAY)

    assert await parked(database) == {"T1": workflow.REPLACED, "T2": None, "T3": workflow.REPLACED}
    assert await tokens(database) == {"T1": "", "T2": "xoxb-T2", "T3": ""}


async def test_app_works_only_for_workspaces_that_installed_it(database: Database) -> None:
    await install(database, HARBOUR, client_id="1.2")
    await claim_for_app(database, "1.2")
    await install(database, QUAY, client_id="3.4")
    await install(database, PIER)

    with pytest.raises(OperatorError, match=r"another Slack app: Quay \(T2\), Pier \(T3\)"):
        await claim_for_app(database, "1.2")
    with pytest.raises(OperatorError, match="another Slack app"):
        await claim_for_app(database, "1.2", "T1")
    assert set((await parked(database)).values()) == {None}


async def test_app_adopts_the_workspace_of_an_earlier_bot_token(database: Database) -> None:
    await install(database, HARBOUR, QUAY)
    await claim_for_app(database, "1.2", "T1")
    await claim_for_app(database, "1.2")

    assert await parked(database) == {"T1": None, "T2": workflow.REPLACED}
    assert await tokens(database) == {"T1": "xoxb-T1", "T2": ""}


async def test_replaced_workspace_works_again_once_it_installs_the_app(database: Database) -> None:
    await install(database, HARBOUR, QUAY)
    await claim_for_app(database, "1.2", "T1")
    await install(database, QUAY, client_id="1.2")
    await claim_for_app(database, "1.2")

    async with database.reading() as session:
        kept = await installations.installation_of(session, "T2")
    assert kept
    assert (kept.parked, kept.client_id, (await parked(database))["T2"]) == (None, "1.2", RESUMING)
