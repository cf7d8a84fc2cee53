"""`steward scrub`: a copy of production holds nothing with which it could act in Slack."""

import pytest
import typer
from pydantic import SecretStr
from sqlalchemy import func, make_url, select

from bot.cli import process, workspaces
from bot.db import keyring
from bot.db.sessions import Database
from bot.errors import OperatorError
from bot.features import webhooks
from bot.features.webhooks import FoldedAlert, Sender, Webhook
from bot.org import install_states
from bot.org.install_states import InstallState
from bot.org.installations import Installation
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Address, Workspace, WorkspaceFacts
from bot.settings import Settings
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Lane, Outgoing, State
from bot.slack.post import Post
from bot.workflows import installations, scrub
from tests.conftest import TUESDAY
from tests.databases import KEY, Place

STAGING = WorkspaceFacts("T2", "Quay", "https://quay.slack.com/")


async def test_scrubbed_database_holds_no_token_secret_or_unsent_message(database: Database, team: Team) -> None:
    async with database.begin() as session:
        await outbox.put(session, Post("an old ask"), to=Address("T1", "C1"), not_before=TUESDAY)
        await install_states.begin(session, "a browser", now=TUESDAY)
    async with database.begin() as session:
        lead = await membership.member(session, team, "UMAYA")
        assert lead
        made = await webhooks.add_webhook(session, lead, team, sender=Sender.GRAFANA, queue="phones", now=TUESDAY)
    async with database.begin() as session:
        await scrub.scrub(session, now=TUESDAY)

    async with database.reading() as session:
        vault = database.vault
        rows = (await session.scalars(select(Outgoing))).all()
        assert {vault.decrypt(each.token) for each in await session.scalars(select(Installation))} == {""}
        assert [each.parked for each in await session.scalars(select(Workspace))] == [scrub.SCRUBBED]
        assert [(each.state, each.body) for each in rows] == [(State.DROPPED, None)] * len(rows)
        assert [each.next_at for each in await session.scalars(select(Lane)) if each.next_at] == []
        assert [each.secret for each in await session.scalars(select(Webhook))] == [None]
        assert await webhooks.find_by_token(session, Sender.GRAFANA, made.token) is None
        for model in (InstallState, FoldedAlert):
            assert await session.scalar(select(func.count()).select_from(model)) == 0


async def test_scrubbed_database_can_be_used_with_the_token_of_another_workspace(
    database: Database, workspace: Workspace
) -> None:
    with pytest.raises(OperatorError, match="belongs to Harbour"):
        async with database.begin() as session:
            await installations.claim_for_token(session, STAGING, None, now=TUESDAY)
    async with database.begin() as session:
        await scrub.scrub(session, now=TUESDAY)
        await installations.claim_for_token(session, STAGING, None, now=TUESDAY)


@pytest.mark.own_database
async def test_scrub_asks_for_the_name_of_the_database_and_changes_nothing_without_it(
    database: Database, workspace: Workspace, place: Place, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    settings = Settings(data=place.folder, database_url=place.url, keys=SecretStr(KEY))
    await keyring.check(database)
    await database.close()
    typed = ["production"]
    monkeypatch.setattr(typer, "prompt", lambda _: typed[0])
    with pytest.raises(OperatorError, match="Nothing was changed"):
        await workspaces._scrub(settings, "")
    await workspaces._list(settings)
    assert "works" in capsys.readouterr().out
    async with process.open_database(settings) as again, again.reading() as session:
        await session.execute(select(1))
        if settings.database_url:
            with pytest.raises(OperatorError, match="1 other connection"):
                await workspaces._scrub(settings, "")
    typed[0] = str(make_url(place.url).database) if place.url else place.folder.name
    await workspaces._scrub(settings, "")
    await workspaces._list(settings)

    assert "Deleted 1 token" in (said := capsys.readouterr().out)
    assert scrub.SCRUBBED in said
