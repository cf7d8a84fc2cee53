"""Parked workspaces: what a re-install brings back and drops, what still runs meanwhile, and the erasure at the end."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.db.models import Base, Private
from bot.db.sessions import Database
from bot.followups.models import Followup, Kind, State
from bot.messages import installations as messages
from bot.nudges.models import NudgeCheck
from bot.org import installations
from bot.org.installations import Grant, Installation
from bot.org.teams.models import Team
from bot.org.workspaces import RESUMING, Address, Workspace, WorkspaceFacts
from bot.scheduler import scheduler
from bot.scheduler.jobs import Job, JobName, WorkspaceJob
from bot.scheduler.models import About, Occurrence, ScheduledJob
from bot.scheduler.worker import SchedulerWorker
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Card, Method, Outgoing
from bot.slack.post import Post
from bot.workflows import installations as installs
from bot.workflows import parked_workspaces as workflow
from tests.conftest import TUESDAY

HARBOUR = WorkspaceFacts("T1", "Harbour", "https://harbour.slack.com/")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATER = TUESDAY + timedelta(days=20, hours=3)
CHANNEL = Address("T1", "C1")
SAYS = JobName("test_parked_workspaces.say")
PRUNES = JobName("test_parked_workspaces.prune")


async def say(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await outbox.put(session, Post(f"due {due.at.isoformat()}"), to=team.channel, not_before=due.at)
    await outbox.delete(session, "card", to=team.channel, now=due.at)


async def prune(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    await outbox.put(session, Post("pruned"), to=Address(workspace.id, "C2"), not_before=due.at)


async def park(database: Database, now: datetime = TUESDAY) -> None:
    async with database.begin() as session:
        await installations.park_if_current(session, "T1", "token_revoked", "xoxb-1", now=now)


async def install(database: Database, now: datetime = LATER, token: str = "xoxb-2") -> None:
    async with database.begin() as session:
        grant = Grant(token, "B1", "UBOT", "T1", installer_id="UMAYA")
        await installs.install(session, grant, [HARBOUR], now=now)


async def sync(database: Database) -> None:
    async with database.begin() as session:
        (await session.get_one(Workspace, "T1")).parked = None


async def run_jobs(database: Database, now: datetime) -> None:
    of_workspaces = [WorkspaceJob(PRUNES, time(3), runs_parked=True)]
    worker = SchedulerWorker(database, Clock(lambda: now), [Job(say), Job(prune)], of_workspaces=of_workspaces)
    await worker.tick()


async def rows(database: Database) -> Counter[tuple[str, str, str | None]]:
    """Count the outbox rows by method, state and reason."""
    async with database.reading() as session:
        found = await session.scalars(select(Outgoing))
        return Counter((each.method, each.state, each.reason) for each in found)


@pytest.fixture
async def jobs(database: Database, team: Team) -> None:
    """A one-off job, a recurring job and two jobs of the workspace, and no others. All fall due within a week."""
    async with database.begin() as session:
        for each in await session.scalars(select(ScheduledJob)):
            await session.delete(each)
        about = About("thing", 1)
        await scheduler.put(session, job=SAYS, key="once", team=team, due_at=TUESDAY + DAY, now=TUESDAY)
        await scheduler.put(session, job=SAYS, key="later", team=team, due_at=LATER + DAY, now=TUESDAY)
        await scheduler.put_recurring(
            session, SAYS, team, about, rule="FREQ=WEEKLY;BYDAY=FR;INTERVAL=2", at=time(15), late=HOUR, now=TUESDAY
        )
        workspace = await session.get_one(Workspace, "T1")
        await scheduler.plan_workspace_jobs(session, workspace, [WorkspaceJob(PRUNES, time(3))], now=TUESDAY)
        session.add(Card("T1", "card", "C1", "1.2"))


@pytest.mark.usefixtures("jobs")
async def test_parked_workspace_ends_unfinished_work_without_messages_and_plans_nothing(database: Database) -> None:
    await park(database)
    await run_jobs(database, TUESDAY + timedelta(days=10))

    said = Counter({
        (Method.POST, "dropped", "parked"): 2,  # the one-off job, and the job of the workspace that runs all the same
        (Method.DELETE, "waiting", None): 1,
    })  # fmt: skip
    assert await rows(database) == said
    async with database.reading() as session:
        left = (await session.scalars(select(ScheduledJob).order_by(ScheduledJob.id))).all()
    assert [each.key.partition(":")[0] for each in left] == ["later", "thing", "workspace"]


@pytest.mark.usefixtures("jobs")
async def test_resumed_workspace_says_nothing_of_what_fell_due_and_keeps_the_rhythm(database: Database) -> None:
    async with database.begin() as session:
        rule = (
            await session.scalars(select(ScheduledJob.wall).where(ScheduledJob.recurrence.like("%INTERVAL%")))
        ).one()
        await outbox.put(session, Post("before"), to=CHANNEL, not_before=TUESDAY)
        await outbox.put(session, Post("much later"), to=CHANNEL, not_before=LATER + DAY)
    await park(database)
    await install(database)
    await run_jobs(database, LATER)
    before_the_sync = await rows(database)
    await sync(database)
    await run_jobs(database, LATER + HOUR)

    dropped = (Method.POST, "dropped", "parked")
    assert before_the_sync == Counter({dropped: 2, (Method.POST, "waiting", None): 1})  # the installer's message waits
    assert (await rows(database))[dropped] == 3
    assert (await rows(database))[Method.POST, "waiting", None] == 1
    async with database.reading() as session:
        left = {each.key.partition(":")[0]: each for each in await session.scalars(select(ScheduledJob))}
    assert left.keys() >= {"later", "thing", "workspace"}
    weekly = left["thing"]
    assert weekly.due_at > LATER
    assert weekly.wall
    assert rule
    assert (weekly.wall - rule).days % 14 == 0
    assert weekly.since <= LATER
    await run_jobs(database, LATER + DAY)
    assert (await rows(database))[Method.POST, "waiting", None] == 3


async def test_install_without_parking_drops_and_replans_nothing(database: Database, team: Team) -> None:
    async with database.begin() as session:
        await outbox.put(session, Post("waits"), to=CHANNEL, not_before=TUESDAY)
        await scheduler.put(session, job=SAYS, key="once", team=team, due_at=TUESDAY + DAY, now=TUESDAY)
    await install(database)
    await run_jobs(database, LATER)

    async with database.reading() as session:
        workspace = await session.get_one(Workspace, "T1")
    assert (workspace.parked, workspace.resumed_at) == (None, None)
    assert (await rows(database))[Method.POST, "waiting", None] == 2


async def test_second_install_before_the_sync_drops_nothing_that_was_said_since(database: Database, team: Team) -> None:
    await park(database)
    await install(database)
    async with database.begin() as session:
        await outbox.put(session, Post("said since"), to=CHANNEL, not_before=LATER)
    await install(database, LATER + HOUR, "xoxb-3")

    assert await rows(database) == Counter({(Method.POST, "waiting", None): 2})
    async with database.reading() as session:
        assert (await session.get_one(Workspace, "T1")).parked == RESUMING


async def test_deletions_are_still_made_and_posted_cards_can_be_edited(database: Database, team: Team) -> None:
    async with database.begin() as session:
        session.add(Card("T1", "card", "C1", "1.2"))
        await outbox.edit(session, Post("stale", card="card"), to=CHANNEL, not_before=TUESDAY)
        await outbox.put(session, Post("new", card="unsent"), to=CHANNEL, not_before=TUESDAY)
        await outbox.react(session, "wave", to=CHANNEL, ts="1.2", now=TUESDAY)
        session.add(Card("T1", "gone", "C1", "1.3"))
        await outbox.delete(session, "gone", to=CHANNEL, now=TUESDAY)
    await park(database)
    await install(database)

    async with database.begin() as session:
        changed = await outbox.change(session, Post("true", card="card"), to=CHANNEL, now=LATER)
    assert changed
    assert await rows(database) == Counter({
        (Method.UPDATE, "dropped", "parked"): 1, (Method.POST, "dropped", "parked"): 1,
        (Method.REACT, "dropped", "parked"): 1, (Method.DELETE, "waiting", None): 1,
        (Method.UPDATE, "waiting", None): 1, (Method.POST, "waiting", None): 1,
    })  # fmt: skip


async def test_installer_is_told_once_what_was_kept(database: Database, team: Team) -> None:
    async with database.begin() as session:
        for kind, state in ((Kind.PROMISE, State.OPEN), (Kind.PROMISE, State.CLOSED), (Kind.ROADBLOCK, State.OWNED)):
            session.add(Followup("T1", team.id, kind, "UANA", Private("Words."), TUESDAY, state))
    await park(database)
    await install(database)

    async with database.begin() as session:
        (row,) = await session.scalars(select(Outgoing).where(Outgoing.conversation == "UMAYA"))
        body = session.info["vault"].decrypt(row.body or b"")
    said = messages.resumed(["Harbour"], 1, {Kind.PROMISE: 1, Kind.ROADBLOCK: 1})
    assert said.text in body


async def test_overdue_checks_for_nudges_wait_for_tomorrow(database: Database, team: Team) -> None:
    async with database.begin() as session:
        for person, at in (("UMAYA", TUESDAY), ("UANA", LATER + DAY)):
            await session.merge(NudgeCheck("T1", person, at=at, said=0))
    await park(database)
    await install(database)

    async with database.reading() as session:
        checks = {each.person_id: each.at for each in await session.scalars(select(NudgeCheck))}
    assert LATER < checks["UMAYA"] <= LATER + DAY
    assert checks["UANA"] == LATER + DAY


def _values_of(table: Table, workspace_id: str, made: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return values for all columns of a table that need one, with references to the rows `made` before."""
    return {
        column.name: value
        for column in table.columns
        if (value := _value(column, workspace_id, made or {})) is not None
    }


def _value(column: Column[Any], workspace_id: str, made: dict[str, Any]) -> Any:
    if column.name in ("workspace_id", "installation_id") or (column.name, column.table.name) == ("id", "workspaces"):
        return workspace_id
    for key in column.foreign_keys:
        return made.get(key.column.table.name, {}).get(key.column.name)
    if column.nullable or (column.primary_key and column.autoincrement is True):
        return None
    type_: Any = getattr(column.type, "impl_instance", column.type)
    if type_.python_type is int and column.primary_key and column.name == "id":
        return None
    return FITTING.get(type_.python_type, []) if type_.python_type is not str else f"{workspace_id} {column.name}"


FITTING = {
    int: 1,
    float: 1.0,
    bool: False,
    bytes: b"x",
    datetime: TUESDAY,
    date: TUESDAY.date(),
    time: time(),
    dict: {},
}


async def fill(session: AsyncSession, workspace_id: str) -> set[str]:
    """Insert a row into each table, except those that the workspace has rows in. Return the tables."""
    made: dict[str, dict[str, Any]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name in ("installations", "install_visits", "keyring", "log_keys"):
            continue
        mine = table.c.id if table.name == "workspaces" else table.c.get("workspace_id")
        found = None
        if mine is not None:
            known = select(*table.primary_key).where(mine == workspace_id).limit(1)
            found = (await session.execute(known)).mappings().first()
        if found is None:
            filled = insert(table).values(_values_of(table, workspace_id, made)).returning(*table.primary_key)
            found = (await session.execute(filled)).mappings().one()
        made[table.name] = dict(found)
    return set(made)


async def counts(session: AsyncSession) -> dict[str, dict[str, int]]:
    """Return how many rows each table has, by workspace; those without a workspace under the empty name."""
    found: dict[str, dict[str, int]] = {}
    for table in Base.metadata.sorted_tables:
        whose = table.c.get("workspace_id")
        if whose is None:
            found[table.name] = {"": await session.scalar(select(func.count()).select_from(table)) or 0}
        else:
            each = await session.execute(select(whose, func.count()).group_by(whose))
            found[table.name] = {row[0]: row[1] for row in each}
    return found


@pytest.mark.own_database
async def test_erasure_leaves_no_row_of_the_workspace_and_every_row_of_the_others(database: Database) -> None:
    async with database.begin() as session:
        for id in ("T1", "T2"):
            await installations.save(session, Grant(f"xoxb-{id}", "B1", "UBOT", id), now=TUESDAY)
            filled = await fill(session, id)
    async with database.begin() as session:
        before = await counts(session)
        await workflow.erase(session, await session.get_one(Installation, "T1", with_for_update=True), now=TUESDAY)
    async with database.begin() as session:
        after = await counts(session)

    assert len(filled) > 60
    assert all(before[name].keys() >= {"T1", "T2"} for name in filled if "" not in before[name])
    assert after == {
        name: {"": number[""] // 2 if number[""] else 0} if "" in number else {"T2": number["T2"]}
        for name, number in before.items()
        if number
    } | {name: {} for name, number in before.items() if not number}
