"""Tests of the steps of an erasure: crashes between them, the file of erasures, its replay, and who is erased when."""

import json
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.encryption import Vault
from bot.db.sessions import Database
from bot.errors import AnswerTooLate, OperatorError
from bot.features.balance.models import TimeEntry
from bot.features.shoutouts.models import Shoutout
from bot.org import erasure_log, erasures, people
from bot.org.erasures import Erasure, Step
from bot.org.people import Person
from bot.org.teams.models import Member, Role, Team
from bot.org.workspaces import Address, Workspace
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Method, Outgoing, State
from bot.slack.post import Post
from bot.workflows.erasures import replay, requests, steps
from bot.workflows.members import update_person
from schedules import erasures as jobs
from tests.bot.db.test_erased_rows import everything
from tests.conftest import TUESDAY
from tests.databases import KEY
from tests.schedules.test_retention import row

SECOND = timedelta(seconds=1)
PROFILE: dict[str, Any] = {
    "workspace_id": "T1", "full_name": "", "zone": "UTC", "is_bot": False, "has_left": False, "updated": 0,
    "is_guest": False, "is_stranger": False, "is_admin": False, "locale": "",
}  # fmt: skip


@pytest.fixture
def file(database: Database, tmp_path: Path) -> Path:
    """The path of the file of erasures."""
    database.erasures_file = tmp_path / "beside" / "erasures.jsonl"
    return database.erasures_file


async def begin(database: Database, person_id: str = "UANA", *, is_told: bool = True) -> None:
    async with database.begin() as session:
        assert await requests.begin(session, "T1", person_id, is_told=is_told, now=TUESDAY)


async def fill(database: Database, team: Team) -> None:
    """Add rows that name Ana: thanks that she gave, and time that she spent."""
    async with database.begin() as session:
        thanks = {"giver_id": "UANA", "receivers": ["UBEN"], "reason": "for asking <@UANA>", "given_at": TUESDAY}
        session.add_all([row(Shoutout, team, **thanks), row(TimeEntry, team, leader_id="UANA")])


async def send_all(database: Database) -> None:
    """Have Slack accept everything that waits."""
    sent = update(Outgoing).where(Outgoing.state == State.WAITING).values(state=State.SENT, body=None)
    async with database.begin() as session:
        await session.execute(sent)


async def take_step(database: Database) -> bool:
    """Take the next step, and return whether there was one."""
    async with database.begin() as session:
        return await steps.go_on(session, "T1", now=TUESDAY) == steps.SOON


async def run_to_end(database: Database) -> None:
    while await take_step(database):
        await send_all(database)


async def receipts(database: Database) -> list[str]:
    async with database.reading() as session:
        keys = await session.scalars(select(Outgoing.key).where(Outgoing.key.startswith(erasures.KEY)))
        return [str(each).rpartition(":")[2] for each in keys]


class Killed(Exception):
    """Stands for the end of the process."""


async def die_in_step(database: Database) -> None:
    """Take the next step, and die before it is committed."""
    async with database.begin() as session:
        await steps.go_on(session, "T1", now=TUESDAY)
        raise Killed


async def test_crash_in_any_step_only_repeats_it(database: Database, team: Team, file: Path) -> None:
    await fill(database, team)
    await begin(database)
    seen, said = [], []
    while True:
        with pytest.raises(Killed):
            await die_in_step(database)
        async with database.reading() as session:
            seen += [each.step for each in await erasures.list_running(session, "T1")]
        if not await take_step(database):
            break
        said += await receipts(database)
        await send_all(database)

    assert list(dict.fromkeys(seen)) == ["leave", "rows", "mentions", "cards", "log", "last"]
    assert set(said) == {"receipt"}
    assert len(erasure_log.read(file)) == 2
    async with database.reading() as session:
        left = await everything(session)
        (done,) = (await session.scalars(select(Erasure))).all()
    assert "UANA" not in left
    assert (done.step, done.person_id, done.stand_in) == (Step.DONE, None, "")
    assert "a former colleague" in left


async def test_receipt_waits_until_the_erasure_is_on_the_disk(database: Database, team: Team, file: Path) -> None:
    block(file)
    await begin(database)
    with pytest.raises(OSError, match="exists"):
        await run_to_end(database)
    assert await receipts(database) == []
    unblock(file)
    await take_step(database)

    assert await receipts(database) == ["receipt"]
    assert describe(file) == (0o600, False)


def block(file: Path) -> None:
    """Put a file where the folder of the file of erasures should be."""
    file.parent.write_text("")


def unblock(file: Path) -> None:
    file.parent.unlink()


def describe(file: Path) -> tuple[int, bool]:
    """Return a file's mode, and whether it names Ana."""
    return stat.S_IMODE(file.stat().st_mode), "UANA" in file.read_text()


async def test_nobody_is_erased_twice_at_once(database: Database, team: Team) -> None:
    await begin(database)
    async with database.begin() as session:
        assert not await requests.begin(session, "T1", "UANA", now=TUESDAY)
        with pytest.raises(AnswerTooLate):
            await requests.begin_own(
                session, Actor("T1", "UANA"), " Erase ", leaves=False, words_too=False, now=TUESDAY
            )
    await run_to_end(database)
    async with database.begin() as session:
        await people.upsert_people(session, [{**PROFILE, "id": "UANA", "name": "ana"}])
    await begin(database)
    await run_to_end(database)


async def test_leader_who_is_erased_leads_no_team_and_sponsors_none(database: Database, team: Team) -> None:
    async with database.begin() as session:
        (await session.get_one(Team, team.id)).sponsor_id = "UELI"
    for each in ("UMAYA", "UELI"):
        await begin(database, each)
    await run_to_end(database)
    async with database.reading() as session:
        leads = (await session.scalars(select(Member.user_id).where(Member.role == Role.LEADER))).all()
        assert leads == []
        assert (await session.get_one(Team, team.id)).sponsor_id is None


async def test_what_waits_for_the_person_is_dropped_and_their_files_are_deleted(database: Database, team: Team) -> None:
    dm = Address("T1", "UANA")
    async with database.begin() as session:
        await outbox.put(session, Post("a secret for ana"), to=dm, not_before=TUESDAY)
        await outbox.put(session, Post("ana: the printer jams again"), to=team.channel, not_before=TUESDAY)
        await outbox.put(session, Post("ask <@UANA>"), to=team.channel, not_before=TUESDAY)
        for name, state in (("F1", State.SENT), ("F2", State.WAITING)):
            await outbox.file(session, name=name, content=b"", title="", comment="", to=dm, not_before=TUESDAY)
            latest = select(Outgoing).where(Outgoing.method == Method.FILE).order_by(Outgoing.id.desc()).limit(1)
            found = (await session.scalars(latest)).one()
            found.file_id, found.state = name, state
        thanks = {"giver_id": "UANA", "reason": "the printer jams again", "given_at": None}
        session.add(row(Shoutout, team, **thanks))
    await begin(database)
    await take_step(database)
    await take_step(database)
    await take_step(database)
    vault = database.vault
    async with database.reading() as session:
        rows = (await session.scalars(select(Outgoing).where(Outgoing.state == State.WAITING))).all()
        bodies = [(each.method, vault.decrypt(each.body or b"")) for each in rows]

    assert (Method.DELETE_FILE, '{"file":"F1"}') in bodies
    assert not [each for each in bodies if "printer" in str(each) or "secret" in str(each) or "F2" in str(each)]


async def test_message_to_somebody_whose_data_was_erased_is_dropped(database: Database, team: Team) -> None:
    async with database.begin() as session:
        await outbox.put(session, Post("one more"), to=Address("T1", "gone-1234"), not_before=TUESDAY)
        (last,) = (await session.scalars(select(Outgoing))).all()
    assert (last.state, last.body) == (State.DROPPED, None)


@pytest.mark.parametrize(("days", "is_erased"), [(89, False), (91, True)])
async def test_somebody_who_left_slack_is_erased_after_90_days(
    database: Database, team: Team, file: Path, days: int, is_erased: bool
) -> None:
    left = {**PROFILE, "id": "UBEN", "name": "ben", "has_left": True, "updated": int(TUESDAY.timestamp())}
    async with database.begin() as session:
        await update_person(session, left, now=TUESDAY)
        await update_person(session, {**left, "updated": int(TUESDAY.timestamp()) + 1000}, now=TUESDAY)
    night = TUESDAY + timedelta(days=days)
    async with database.begin() as session:
        await requests.begin_deactivated(session, "T1", now=night)
    await run_to_end(database)
    async with database.begin() as session:
        assert (await session.get(Person, ("T1", "UBEN")) is None) == is_erased
        await people.upsert_people(session, [{**left, "updated": left["updated"] + 2000}])
        assert (await session.get(Person, ("T1", "UBEN")) is None) == is_erased
    assert await receipts(database) == []


async def test_person_who_comes_back_to_slack_is_not_erased(database: Database, team: Team) -> None:
    left = {**PROFILE, "id": "UBEN", "name": "ben", "has_left": True}
    async with database.begin() as session:
        await update_person(session, left, now=TUESDAY)
        await update_person(session, {**left, "has_left": False, "updated": 10}, now=TUESDAY)
        await requests.begin_deactivated(session, "T1", now=TUESDAY)
        assert [each.person_id for each in await erasures.list_running(session, "T1")] == ["UGONE"] * 0


async def test_restored_backup_is_erased_again_without_a_receipt(database: Database, team: Team, file: Path) -> None:
    vault = database.vault
    erasure_log.append(file, vault, "T1", "UANA", at=TUESDAY)
    erasure_log.append(file, vault, "T1", "UNOBODY", at=TUESDAY)
    erasure_log.append(file, vault, "T9", "UBEN", at=TUESDAY)
    await fill(database, team)
    entries = erasure_log.read(file)

    assert await replay.replay(database, entries, now=TUESDAY) == 1
    await run_to_end(database)
    assert await replay.replay(database, entries, now=TUESDAY + SECOND) == 0
    assert await receipts(database) == []
    async with database.reading() as session:
        assert "UANA" not in await everything(session)


async def test_replay_spares_what_somebody_has_written_after_their_erasure(
    database: Database, team: Team, file: Path
) -> None:
    await begin(database)
    await run_to_end(database)
    entries = erasure_log.read(file)
    async with database.begin() as session:
        await people.upsert_people(session, [{**PROFILE, "id": "UANA", "name": "ana"}])

    assert await replay.replay(database, entries, now=TUESDAY) == 0


@pytest.mark.own_database
async def test_replay_deletes_a_workspace_again_unless_it_was_set_up_later(
    database: Database, team: Team, file: Path
) -> None:
    entries = [erasure_log.Entry(TUESDAY - SECOND, database.vault.pseudonyms("workspace", "T1")[0])]
    assert await replay.replay(database, entries, now=TUESDAY) == 0
    entries = [erasure_log.Entry(TUESDAY + SECOND, database.vault.pseudonyms("workspace", "T1")[0])]
    assert await replay.replay(database, entries, now=TUESDAY) == 1
    async with database.reading() as session:
        assert (await session.scalars(select(Workspace))).all() == []
    assert erasure_log.read(file)[-1].person is None


def test_entries_are_recognized_after_the_keys_were_rotated(tmp_path: Path) -> None:
    old, both = Vault([KEY]), Vault(["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", KEY])
    erasure_log.append(tmp_path / "file", old, "T1", "UANA", at=TUESDAY)
    (entry,) = erasure_log.read(tmp_path / "file")

    assert entry.is_of_workspace(both, "T1")
    assert entry.is_of_person(both, "T1", "UANA")
    assert not entry.is_of_person(both, "T1", "UBEN")
    assert entry.at == TUESDAY


CUT: dict[str, Callable[[str], str]] = {
    "in the middle": lambda line: line[:40],
    "before its end": lambda line: line.rstrip("\n"),
}


@pytest.mark.parametrize("where", CUT)
def test_line_that_a_crash_cut_off_spoils_no_other(tmp_path: Path, where: str) -> None:
    file, vault = tmp_path / "file", Vault([KEY])
    erasure_log.append(file, vault, "T1", "UANA", at=TUESDAY)
    file.write_text(CUT[where](file.read_text()))
    erasure_log.append(file, vault, "T1", "UBEN", at=TUESDAY)
    found = erasure_log.read(file)

    assert found[-1].is_of_person(vault, "T1", "UBEN")
    assert len(found) == (1 if where == "in the middle" else 2)


@pytest.mark.parametrize("text", ["no JSON\n", json.dumps({"at": "today"}) + "\n", "[1]\n", "{}\n"])
def test_other_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "file").write_text(text + text)
    with pytest.raises(OperatorError, match="cannot be read as a file of erasures"):
        erasure_log.read(tmp_path / "file")


async def test_jobs_take_one_step_after_the_other(session: AsyncSession, workspace: Workspace, team: Team) -> None:
    from bot.scheduler.models import Occurrence, ScheduledJob

    await jobs.begin_deactivated(session, workspace, Occurrence(TUESDAY, TUESDAY))
    await requests.begin(session, "T1", "UANA", now=TUESDAY)
    await jobs.go_on(session, workspace, Occurrence(TUESDAY, TUESDAY))
    due = select(ScheduledJob.due_at).where(ScheduledJob.job == requests.GO_ON).order_by(ScheduledJob.due_at)
    assert [*await session.scalars(due)] == [TUESDAY, TUESDAY + SECOND]
