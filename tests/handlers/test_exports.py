"""Tests of `/steward export` and `/steward audit`: who gets what, and what is in no file."""

import csv
import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.features.shoutouts.settings import Settings
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.teams.settings import change_settings
from bot.refusals import common
from bot.slack.outbox.models import Outgoing, State
from bot.workflows.exports import DAILY_LIMIT
from tests.handlers.drivers import dm, settled
from tests.handlers.followups.drivers import press_note
from tests.handlers.spikes.test_overview import file_of
from tests.harness import World

DAY = timedelta(days=1)
Table = list[list[str]]


async def export(world: World, name: str) -> dict[str, Table]:
    """Type `/steward export`, and return the tables of the archive, without their headers."""
    await world.slack.command(name, "export", word="/steward")
    await world.move(timedelta(seconds=5))
    with zipfile.ZipFile(io.BytesIO(await file_of(world, name))) as archive:
        return {each: read(archive.read(each)) for each in archive.namelist()}


def read(content: bytes) -> Table:
    assert content.startswith(b"\xef\xbb\xbf")
    return [*csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))][1:]


async def make_admin(world: World, name: str) -> None:
    async with world.database.begin() as session:
        await session.execute(update(Person).where(Person.name == name).values(is_admin=True))


async def raise_roadblocks(world: World) -> None:
    """Raise one without a name, one with a name, and one for leaders only."""
    for words in ("the voucher tool logs us out", "no search in macros", "the roster is unfair"):
        await world.slack.command("ana", words, word="/roadblock")
        await settled(world)
        if step := {"no search in macros": "roadblocks:name", "the roster is unfair": "roadblocks:leaders"}.get(words):
            await press_note(world, "ana", step)


async def test_leader_gets_shoutouts_as_the_channel_shows_them(tuesday: World) -> None:
    await tuesday.slack.command("maya", "@ana @ben for staying calm, =SUM(A1) #empathy")
    await tuesday.slack.command("maya", "private @chidi for the hard call")
    await settled(tuesday)
    files = await export(tuesday, "maya")
    ((day, giver, receivers, kind, reason, values),) = files["shout-outs.csv"]
    assert (day, giver, receivers, kind, values) == ("2031-03-04", "maya", "ana, ben", "thanks", "empathy")
    assert reason.startswith("staying calm,'")
    assert "the hard call" not in str(files)
    assert set(files) == {"shout-outs.csv", "spikes.csv", "follow-ups.csv", "rituals.csv", "changes.csv"}


async def test_export_names_only_authors_who_added_their_name(tuesday: World) -> None:
    await raise_roadblocks(tuesday)
    rows = {row[2]: row for row in (await export(tuesday, "maya"))["follow-ups.csv"]}
    assert {words: row[3] for words, row in rows.items()} == {
        "the voucher tool logs us out": "",
        "no search in macros": "ana",
        "the roster is unfair": "",
    }


async def test_promise_to_one_person_is_in_no_file(tuesday: World) -> None:
    await tuesday.slack.command("maya", "@ana find a trainer for the night shift", word="/promise")
    await tuesday.slack.command("maya", "write down our opening hours", word="/promise")
    await settled(tuesday)
    files = await export(tuesday, "tom")
    assert [(row[0], row[2], row[3]) for row in files["follow-ups.csv"]] == [
        ("promise", "write down our opening hours", "maya")
    ]


async def test_admin_outside_the_team_gets_settings_and_counts_but_no_words(tuesday: World) -> None:
    await tuesday.slack.command("maya", "@ana for staying calm")
    await raise_roadblocks(tuesday)
    files = await export(tuesday, "grace")
    assert set(files) == {"settings.csv", "counts.csv", "changes.csv"}
    assert files["counts.csv"] == [["2031-03", "roadblocks", "2"], ["2031-03", "shout-outs", "1"]]
    assert "voucher" not in str(files)
    assert "calm" not in str(files["counts.csv"])


async def test_admin_who_leads_the_team_gets_counts_and_the_teams_tables(tuesday: World) -> None:
    await make_admin(tuesday, "maya")
    assert len(await export(tuesday, "maya")) == 7


@pytest.mark.parametrize("word", ["export", "audit"])
async def test_agents_are_refused(tuesday: World, word: str) -> None:
    refused = await tuesday.slack.command("ana", word, word="/steward")
    assert refused.text == common.EXPORT_FOR_LEADERS


async def test_exports_have_a_daily_limit(tuesday: World) -> None:
    for _ in range(DAILY_LIMIT):
        assert "DM" in (await tuesday.slack.command("maya", "export", word="/steward")).text
    refused = await tuesday.slack.command("maya", "export", word="/steward")
    assert refused.text == common.daily_limit(DAILY_LIMIT)


async def test_archive_is_deleted_from_slack_after_thirty_days(tuesday: World) -> None:
    await export(tuesday, "maya")
    await tuesday.move(29 * DAY)
    await settled(tuesday)
    assert await tuesday.slack.calls("files.delete") == []
    await tuesday.move(2 * DAY)
    await settled(tuesday)
    said = await dm(tuesday, "maya", "tombstone")
    assert [each["mode"] for each in said["files"]] == ["tombstone"]


async def test_archive_that_somebody_has_deleted_before_causes_no_failed_message(tuesday: World) -> None:
    await export(tuesday, "maya")
    file = (await dm(tuesday, "maya", ".zip"))["files"][0]["id"]
    client = await tuesday.steward.clients.of(tuesday.workspace.id)
    await client.files_delete(file=file)
    await tuesday.move(31 * DAY)
    await settled(tuesday)
    async with tuesday.database.reading() as session:
        states = await session.scalars(select(Outgoing.state).where(Outgoing.method == "files.delete"))
        assert states.all() == [State.DROPPED]


async def test_audit_log_and_export_say_who_changed_which_setting(tuesday: World) -> None:
    assert "Nobody" in (await tuesday.slack.command("tom", "audit", word="/steward")).text
    async with tuesday.database.begin() as session:
        found = (await session.scalars(select(Team))).one()
        await change_settings(session, found, "U0MAYA0000", Settings(daily=3), now=tuesday.now)
    listed = str((await tuesday.slack.command("tom", "audit", word="/steward")).ack["blocks"])
    assert "<@U0MAYA0000>" in listed
    assert "from 5 to 3" in listed
    assert (await export(tuesday, "tom"))["changes.csv"] == [["2031-03-04 10:30", "maya", "shoutouts.daily", "5", "3"]]
