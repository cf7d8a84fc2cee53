"""The doctor's checks of installs: client id and secret, parked workspaces and scopes that were not granted."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.db.sessions import Database
from bot.doctor import installations as checks
from bot.doctor import tokens
from bot.doctor.findings import CheckedSettings, State
from bot.doctor.slack import SlackProbe
from bot.org import installations
from bot.org.installations import Grant
from bot.org.workspaces import RESUMING, Workspace
from bot.settings import SLACK_API
from bot.workflows.installations import REPLACED
from sandbox.sandbox import Sandbox
from tests.bot.doctor.drivers import about, findings, settings_of, troubled
from tests.conftest import TUESDAY
from tests.harness import APP

pytestmark = pytest.mark.own_database
PUBLIC = "https://steward.example.com"


def for_many(sandbox: Sandbox, data: Path, **others: Any) -> Any:
    given = {
        "bot_token": None, "client_id": sandbox.client_id, "client_secret": SecretStr(sandbox.client_secret),
        "public_url": PUBLIC,
    }  # fmt: skip
    return settings_of(sandbox, data, **given | others)


async def test_doctor_finds_client_id_and_secret_that_slack_accepts(sandbox: Sandbox, tmp_path: Path) -> None:
    found = await findings(for_many(sandbox, tmp_path))

    assert troubled(found) == []
    assert about("Installs", found).says == f"People install Steward at {PUBLIC}/slack/install."


@pytest.mark.parametrize(
    ("changed", "about_", "says"),
    [
        ({"client_secret": SecretStr("guess")}, "Installs", "bad_client_secret"),
        ({"client_id": "1.2"}, "Installs", "invalid_client_id"),
        ({"client_secret": None}, "Installs", "STEWARD_CLIENT_SECRET is missing"),
        ({"client_id": None}, "Installs", "STEWARD_CLIENT_ID is missing"),
        ({"public_url": None}, "Installs", "STEWARD_PUBLIC_URL is missing"),
        ({"bot_token": SecretStr("xoxb-1")}, "Bot token", "SLACK_BOT_TOKEN and STEWARD_CLIENT_ID are both set"),
    ],
)
async def test_doctor_names_what_is_wrong_with_the_settings_for_installs(
    sandbox: Sandbox, tmp_path: Path, changed: dict[str, Any], about_: str, says: str
) -> None:
    found = await findings(for_many(sandbox, tmp_path, **changed))

    assert troubled(found) == [about_]
    assert says in about(about_, found).says


async def test_public_address_without_tls_is_reported_for_real_slack(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = for_many(sandbox, tmp_path, public_url="http://steward.example.com", api_url=SLACK_API)
    async with aiohttp.ClientSession() as http:
        probe = SlackProbe(http, sandbox.api_url)
        (found,) = await tokens.check_access(probe, CheckedSettings(settings, {}), None)

    assert (found.about, found.says) == ("Installs", "Slack sends people back to https:// addresses only.")


async def test_database_is_not_called_a_strange_one_while_both_ways_of_installing_are_set(
    database: Database, workspace: Workspace, database_url: str | None, sandbox: Sandbox, tmp_path: Path
) -> None:
    settings = for_many(sandbox, tmp_path, database_url=database_url, bot_token=SecretStr("xoxb-1"))

    assert troubled(await findings(settings)) == ["Bot token"]


async def test_doctor_tells_where_a_parked_workspace_is_installed_again(
    database: Database, workspace: Workspace, sandbox: Sandbox, tmp_path: Path
) -> None:
    wanted = APP["oauth_config"]["scopes"]["bot"]
    async with database.begin() as session:
        for id, name in (("T2", "Quay"), ("T3", "Pier"), ("T4", "Cove")):
            await installations.save(
                session, Grant("xoxb-2", "B1", "U1", id, client_id="1.2", scopes=wanted), now=TUESDAY
            )
            session.add(Workspace(id, name, "U1", "B1", id))
    for id, reason in (("T2", "token_revoked"), ("T3", REPLACED)):
        async with database.begin() as session:
            row = await installations.lock_installation(session, id)
            assert row
            await installations.park(session, row, reason, now=TUESDAY)
    async with database.begin() as session:
        (await session.get_one(Workspace, "T4")).parked = RESUMING
        found = await checks.check_workspaces(session)

    gone = " Its data is deleted on 17 December 2026."
    assert [(each.state, each.says) for each in found] == [
        (State.TROUBLE, f"Steward cannot post in Quay: Slack answered token_revoked.{gone}"),
        (State.NOTE, f"Steward no longer works for Pier: the database now belongs to another workspace.{gone}"),
        (State.NOTE, "Steward reads people and channels of Cove before it posts there again."),
        (State.WELL, "Installed in Harbour."),
    ]
    assert found[0].remedy == checks.OPEN_INSTALL_PAGE


async def test_doctor_names_the_workspaces_that_have_not_granted_every_scope(
    database: Database, workspace: Workspace
) -> None:
    wanted = set(APP["oauth_config"]["scopes"]["bot"])
    async with database.begin() as session:
        for id, scopes in (("T2", wanted), ("T3", wanted - {"dnd:read", "im:write"})):
            grant = Grant("xoxb-2", "B1", "U1", id, client_id="1.2", scopes=sorted(scopes))
            await installations.save(session, grant, now=TUESDAY)
        found = await checks.check_granted_scopes(session)

    assert [each.says for each in found] == ["T3 has not granted dnd:read, im:write."]
