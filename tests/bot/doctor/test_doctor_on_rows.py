"""The doctor's checks of what the database holds: workspaces, people, messages, jobs and rounds of the pulse."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.db.models import Private
from bot.db.sessions import Database
from bot.doctor.findings import State
from bot.features.pulse.models import PulseRound
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.workspaces import Address, Workspace
from bot.scheduler.models import ScheduledJob
from bot.scheduler.recurrence import FRIDAY
from bot.settings import Settings
from bot.slack.outbox.models import SENT_BLINDLY, Outgoing
from bot.slack.outbox.models import State as RowState
from bot.slack.outbox.outbox import put as put_row
from bot.slack.post import Post
from bot.workflows import scrub
from tests.bot.doctor.drivers import about, findings, troubled
from tests.conftest import TUESDAY

pytestmark = pytest.mark.own_database


async def test_workspace_whose_token_was_revoked_is_reported(
    database: Database, workspace: Workspace, given: Settings
) -> None:
    async with database.begin() as session:
        await session.execute(update(Workspace).values(parked="token_revoked"))
    found = await findings(given)

    assert troubled(found) == ["Workspace"]
    assert about("Workspace", found).says == "Steward cannot post in Harbour: Slack answered token_revoked."


async def test_tokens_of_another_workspace_than_the_bot_tokens_are_reported_until_scrubbed(
    database: Database, workspace: Workspace, given: Settings
) -> None:
    found = about("Owner", await findings(given, owns="T9"))
    async with database.begin() as session:
        await scrub.scrub(session, now=TUESDAY)

    assert "holds tokens of Harbour (T1)" in found.says
    assert "`steward scrub`" in (found.remedy or "")
    assert "Owner" not in [each.about for each in await findings(given, owns="T9")]


async def test_leader_who_cannot_be_reached_is_named_with_the_reason(
    database: Database, team: Team, given: Settings
) -> None:
    assert "Leaders" not in [each.about for each in await findings(given)]
    async with database.begin() as session:
        await session.execute(update(Person).where(Person.id == "UMAYA").values(settings={"hours": {"days": []}}))
    found = await findings(given)

    assert about("Leaders", found).state is State.NOTE
    assert about("Leaders", found).says == (
        "maya, who leads harbour-support, cannot be reached: no working days are set in `/steward me`."
    )


async def test_leader_whose_direct_message_slack_refused_is_named(
    database: Database, team: Team, given: Settings
) -> None:
    async with database.begin() as session:
        await put_row(session, Post("nobody may read this"), to=Address("T1", "UMAYA"), not_before=TUESDAY)
        await session.execute(update(Outgoing).values(state=RowState.FAILED, reason="messages_tab_disabled"))
    found = await findings(given)

    assert about("Leaders", found).says.endswith("Slack refused a direct message (messages_tab_disabled).")


async def test_messages_possibly_posted_twice_are_reported(
    database: Database, workspace: Workspace, given: Settings
) -> None:
    async with database.begin() as session:
        await put_row(session, Post("nobody may read this"), to=Address("T1", "C1"), not_before=TUESDAY)
        await session.execute(update(Outgoing).values(state=RowState.SENT, reason=SENT_BLINDLY))
    found = await findings(given)

    assert troubled(found) == ["History"]
    assert about("History", found).says == (
        "1 message from the last week may have been posted twice: history could not be read."
    )


async def test_failed_messages_are_reported(database: Database, workspace: Workspace, given: Settings) -> None:
    async with database.begin() as session:
        for _ in range(2):
            await put_row(session, Post("nobody may read this"), to=Address("T1", "C1"), not_before=TUESDAY)
        await session.execute(update(Outgoing).values(state=RowState.FAILED, reason="not_in_channel"))
    found = await findings(given)

    assert troubled(found) == ["Outbox"]
    assert "not_in_channel (2)" in about("Outbox", found).says
    assert "`steward outbox list`" in (about("Outbox", found).remedy or "")


@pytest.mark.parametrize(
    ("recurrence", "tries", "reason", "state", "says"),
    [
        (None, 2, "KeyError", State.NOTE, "failed 2 times: KeyError. Steward retries within minutes"),
        (None, 7, "KeyError", State.TROUBLE, "has failed 7 times and is retried hourly: KeyError"),
        (f"FREQ=WEEKLY;BYDAY={FRIDAY}", 0, "KeyError", State.TROUBLE, "failed and was skipped: KeyError"),
        (None, 0, "KeyError", State.WELL, "No jobs are failing"),
    ],
)
async def test_failing_scheduled_jobs_are_reported(
    database: Database,
    team: Team,
    given: Settings,
    recurrence: str | None,
    tries: int,
    reason: str,
    state: State,
    says: str,
) -> None:
    async with database.begin() as session:
        session.add(_scheduled_job(team, recurrence, tries, reason))
    finding = about("Scheduler", await findings(given))

    assert (finding.state, says in finding.says) == (state, True)


@pytest.mark.parametrize(
    ("closes_in", "is_closed", "is_cleaned", "troubles", "says"),
    [
        (5, False, False, 0, "1 pulse round is open."),
        (-1, False, False, 1, "1 pulse round should have closed by now."),
        (-2, True, False, 1, "Deleted answers of 1 pulse round may still be in the database's files."),
        (-0.5, True, False, 0, None),
        (-2, True, True, 0, None),
    ],
)
async def test_pulse_rounds_are_counted_and_reported_if_not_closed_or_not_cleaned_up(
    database: Database,
    team: Team,
    given: Settings,
    closes_in: float,
    is_closed: bool,
    is_cleaned: bool,
    troubles: int,
    says: str | None,
) -> None:
    closes_at = datetime.now(UTC) + timedelta(hours=closes_in)
    async with database.begin() as session:
        session.add(_pulse_round(team, closes_at, is_closed=is_closed, is_cleaned=is_cleaned))
    found = [each for each in await findings(given) if each.about == "Pulse"]

    assert sum(each.is_trouble for each in found) == troubles
    assert [each.says for each in found][-1:] == ([says] if says else [])
    assert all(team.name not in f"{each.says}{each.remedy}" for each in found)


def _scheduled_job(team: Team, recurrence: str | None, tries: int, reason: str) -> ScheduledJob:
    return ScheduledJob(
        workspace_id=team.workspace_id, team_id=team.id, key="k", job="shoutouts.give_kept", about_kind=None,
        about_id=None, zone="UTC", recurrence=recurrence, wall=None, due_at=TUESDAY, since=TUESDAY, late_seconds=None,
        wake_at=TUESDAY, tries=tries, reason=reason,
    )  # fmt: skip


def _pulse_round(team: Team, closes_at: datetime, *, is_closed: bool, is_cleaned: bool) -> PulseRound:
    return PulseRound(
        team.workspace_id, team.id, closes_at - timedelta(days=9), closes_at, [], 6, Private("salt"), [], None, None,
        closed_at=closes_at if is_closed else None, is_cleaned=is_cleaned,
    )  # fmt: skip
