"""Enrollment of new leaders in nudge checks: a constant number of transactions for any number of leaders."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.db.sessions import Database
from bot.nudges import engine
from bot.nudges.models import NudgeCheck
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler.models import ScheduledJob
from bot.scheduler.worker import SchedulerWorker
from bot.workflows import recurring_jobs
from bot.workflows.recurring_jobs import TEAM_JOBS, post_missed
from schedules.registry import JOBS
from tests.conftest import TUESDAY

LEADERS = 120


async def lead(database: Database, workspace: Workspace) -> None:
    """Create a team with many leaders."""
    ids = [f"ULEAD{number}" for number in range(LEADERS)]
    async with database.begin() as session:
        session.add_all(Person(workspace.id, id, id.lower(), "Europe/Lisbon") for id in ids)
        await session.flush()
        await membership.create_team(
            session, workspace, channel_id="C1", name="many", zone="Europe/Lisbon", leaders=ids, agents=[], now=TUESDAY
        )
        await recurring_jobs.plan_workspace_jobs(session, workspace, now=TUESDAY)


async def test_nudge_checks_of_all_new_leaders_are_scheduled_together_for_the_next_morning(
    database: Database, workspace: Workspace
) -> None:
    await lead(database, workspace)
    now = TUESDAY.replace(second=1)
    await SchedulerWorker(database, Clock(lambda: now), JOBS, TEAM_JOBS, post_missed).tick()

    async with database.reading() as session:
        looks = (await session.scalars(select(NudgeCheck.at))).all()
    assert len(looks) == LEADERS
    assert {at.isoformat() for at in looks} == {"2026-11-18T09:00:00+00:00"}


async def test_leaders_who_left_the_workspace_do_not_trigger_another_enrollment(
    database: Database, workspace: Workspace
) -> None:
    await lead(database, workspace)
    async with database.begin() as session:
        await session.execute(update(Person).values(has_left=True))
    later = datetime(2026, 11, 18, 9, 0, 1, tzinfo=TUESDAY.tzinfo)
    await SchedulerWorker(database, Clock(lambda: later), JOBS, TEAM_JOBS, post_missed).tick()

    async with database.reading() as session:
        due = select(func.count()).where(ScheduledJob.wake_at <= later)
        assert await session.scalar(due) == 0
        assert await engine.next_check_at(session, workspace.id) is not None


async def test_leader_whose_hours_cannot_be_read_is_enrolled_for_the_next_day_and_holds_up_nobody(
    session: AsyncSession, team: Team
) -> None:
    maya = await people.fetch_person(session, team.workspace_id, "UMAYA")
    maya.zone = "Nowhere/At_All"
    await membership.set_leaders(session, team, leaders=["UMAYA", "UBEN"], now=TUESDAY)
    assert await engine.enroll(session, team.workspace_id, now=TUESDAY)

    checks = dict((await session.execute(select(NudgeCheck.person_id, NudgeCheck.at))).all())
    morning = datetime(2026, 11, 18, 9, tzinfo=TUESDAY.tzinfo)
    assert checks == {"UMAYA": TUESDAY + engine.RECHECK_INTERVAL, "UBEN": morning}
    assert await engine.wake(session, team.workspace_id, ["UMAYA", "UBEN"], now=TUESDAY) == morning
