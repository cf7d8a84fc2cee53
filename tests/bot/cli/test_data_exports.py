"""`steward export`: a person's data to their DM or into a file, and errors on one line with status 2."""

import asyncio
import io
import stat
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot import logs
from bot.__main__ import command_line
from bot.db.sessions import Database, vault_of
from bot.features.one_on_ones.models import Topic
from bot.features.personal_exports import PersonalExport
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler.models import ScheduledJob
from bot.workflows.personal_exports import SEND
from tests.conftest import TUESDAY
from tests.databases import KEY

pytestmark = [pytest.mark.parametrize("template", ["sqlite"], indirect=True), pytest.mark.own_database]
Say = Callable[..., Awaitable[Result]]


@pytest.fixture
def say(tmp_path: Path) -> Say:
    async def said(*words: str) -> Result:
        data = {"STEWARD_DATA": str(tmp_path), "STEWARD_KEYS": KEY}
        done = await asyncio.to_thread(CliRunner().invoke, command_line, ["export", *words], env=data)
        logs.configure()
        return done

    return said


async def test_export_of_a_known_person_waits_for_the_job_that_sends_it(
    database: Database, team: Team, say: Say
) -> None:
    done = await say("--user", "UANA")
    async with database.reading() as session:
        assert (await session.scalars(select(PersonalExport.person_id))).all() == ["UANA"]
        assert (await session.scalars(select(ScheduledJob.job).where(ScheduledJob.job == SEND))).all() == [SEND]
    assert (done.exit_code, done.output) == (0, "UANA gets their data in a DM as soon as Steward runs.\n")


async def test_file_is_readable_only_by_its_owner_and_leaves_out_what_is_encrypted(
    database: Database, team: Team, tmp_path: Path, say: Say
) -> None:
    async with database.begin() as session:
        sealed = vault_of(session).encrypt("a private word")
        session.add(Topic("T1", "UMAYA", "UANA", "UANA", sealed, TUESDAY))
    path = tmp_path / "ana.zip"
    done = await say("--user", "UANA", "--workspace", "T1", "--to-file", str(path))

    assert done.exit_code == 0, done.output
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        data, text = (archive.read(each).decode() for each in archive.namelist())
    assert "private word" not in data + text
    assert "Name in Slack: ana\n" in text
    assert all("one-on-one topics and notes" in each and "leaves out what is stored encrypted" in each
               for each in (data, text))  # fmt: skip


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ((), "--user is missing: expected a person's id in Slack, such as U024BE7LH"),
        (("--user", "U1"), "--user: Steward knows nobody with the id U1"),
        (("--user", "UANA", "--workspace", "T9"), "--user: Steward knows nobody with the id UANA in workspace T9"),
        (("--user", "UBEN"), "--workspace is missing: UBEN is known in T1, T2"),
        (("--user", "UGONE"), "UGONE has no DM, being deactivated: use --to-file"),
        (("--user", "UBOT"), "UBOT has no DM, being a bot: use --to-file"),
        (("--user", "UDORA"), "Steward cannot post in T2 (uninstalled): use --to-file"),
        (("--user", "UANA", "--to-file", "{data}/key"), "--to-file: {data}/key exists already"),
        (("--user", "UANA", "--to-file", "/no/x"), "--to-file: cannot write /no/x: No such file or directory"),
    ],
)  # fmt: skip
async def test_wrong_option_is_one_line_with_status_2(
    database: Database, team: Team, tmp_path: Path, say: Say, words: tuple[str, ...], error: str
) -> None:
    (tmp_path / "key").touch()
    async with database.begin() as session:
        session.add(Workspace("T2", "Other", "UBOT2", "B2", "T1", parked="uninstalled"))
        await session.flush()
        session.add_all([Person("T2", "UBEN", "ben", "UTC"), Person("T2", "UDORA", "dora", "UTC")])
    done = await say(*(each.format(data=tmp_path) for each in words))

    assert (done.exit_code, done.output) == (2, f"{error.format(data=tmp_path)}\n")
