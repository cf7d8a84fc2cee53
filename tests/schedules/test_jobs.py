"""Tests of scheduled jobs: the weekly summary, postponed shout-outs, nightly retention, and the planning of jobs."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import Database
from bot.features.shoutouts.models import Shoutout
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler.models import About, Occurrence, ScheduledJob
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Delivery
from bot.slack.outbox.models import Outgoing, Priority
from bot.slack.outbox.queries import decrypt_payload
from bot.workflows import recurring_jobs
from bot.workflows.shoutouts import give, postponement
from schedules.retention import BATCH, prune
from schedules.shoutouts import give_kept, post_round_up
from tests.conftest import TUESDAY

FRIDAY = datetime(2026, 11, 20, 15, tzinfo=UTC)
WEEK = timedelta(weeks=1)


async def thank(
    session: AsyncSession, team: Team, number: int, at: datetime, *, by: str = "UMAYA", words: str = ""
) -> Shoutout:
    """Give a shout-out, and delete its messages from the outbox."""
    reason, source = f"for thing {number} {words}".strip(), f"m{number}"
    given = await give.give(session, team, by, receivers=["UANA"], reason=reason, source=source, now=at)
    await session.flush()
    await session.execute(delete(Outgoing))
    return given


async def said(session: AsyncSession, database: Database) -> list[str]:
    await session.flush()
    rows = await session.scalars(select(Outgoing).order_by(Outgoing.id))
    return [str(decrypt_payload(row, database.vault)) for row in rows]


async def test_weekly_summary_lists_the_shoutouts_of_its_week_in_order(
    session: AsyncSession, database: Database, team: Team
) -> None:
    for number, at in enumerate([FRIDAY - WEEK, TUESDAY, FRIDAY]):
        await thank(session, team, number, at)
    await post_round_up(session, team, Occurrence(FRIDAY, FRIDAY - WEEK))
    (post,) = await said(session, database)

    assert "This week's 2 shout-outs" in post
    assert post.index("thing 0") < post.index("thing 1")
    assert "thing 2" not in post


async def test_no_weekly_summary_is_posted_after_a_week_without_shoutouts(
    session: AsyncSession, database: Database, team: Team
) -> None:
    await post_round_up(session, team, Occurrence(FRIDAY, FRIDAY - WEEK))

    assert await said(session, database) == []


async def test_long_weekly_summary_is_truncated_to_slacks_limits(
    session: AsyncSession, database: Database, team: Team
) -> None:
    for number in range(140):
        at = FRIDAY - timedelta(days=number // 10, hours=number)
        await thank(session, team, number, at, by="UBEN" if number % 2 else "UELI", words="&" * 480)
    await post_round_up(session, team, Occurrence(FRIDAY, FRIDAY - WEEK * 3))
    row = (await session.scalars(select(Outgoing))).one()
    blocks = decrypt_payload(row, database.vault)["blocks"]

    assert "more" in str(blocks[-1])
    assert max(len(block["text"]["text"]) for block in blocks if block["type"] == "section") <= 3000
    assert row.priority == Priority.RITUAL


async def test_postponed_shoutout_is_sent_exactly_once_with_card_and_note(
    session: AsyncSession, database: Database, team: Team
) -> None:
    for number in range(6):
        kept = await thank(session, team, number, TUESDAY)
    until = await postponement.postpone(session, Actor("T1", "UMAYA"), kept.id, now=TUESDAY)
    for _ in range(2):
        await give_kept(session, team, Occurrence(until, TUESDAY, About("shoutout", kept.id)))
    card, note = await said(session, database)

    assert "thing 5" in card
    assert "thanked you" in note
    assert kept.is_given


@pytest.mark.parametrize("left", [0, 5])
async def test_retention_job_deletes_one_batch_and_reschedules_itself_if_rows_are_left(
    session: AsyncSession, workspace: Workspace, left: int
) -> None:
    later = TUESDAY + timedelta(days=8)
    session.add_all(Delivery("T1", f"Ev{number}", TUESDAY) for number in range(BATCH - 1 + left))
    session.add(Delivery("T1", "fresh", later))
    await prune(session, workspace, Occurrence(later, TUESDAY))

    assert await session.scalar(select(func.count()).select_from(Delivery)) == 1 + max(0, left - 1)
    again = (await session.scalars(select(ScheduledJob.due_at))).all()
    assert again == ([later + timedelta(seconds=1)] if left else [])


async def test_each_job_is_scheduled_only_once_even_if_jobs_are_planned_twice(
    session: AsyncSession, workspace: Workspace, team: Team
) -> None:
    for _ in range(2):
        await recurring_jobs.plan_jobs(session, [team], now=TUESDAY)
        await recurring_jobs.plan_workspace_jobs(session, workspace, now=TUESDAY)
    planned = (await session.scalars(select(ScheduledJob).order_by(ScheduledJob.job, ScheduledJob.id))).all()

    assert [(found.job, found.due_at.isoformat()) for found in planned] == [
        ("birthdays.plan_upcoming", "2026-11-18T07:00:00+00:00"),
        ("data_exports.send", "2026-11-18T00:40:00+00:00"),
        ("erasures.begin_deactivated", "2026-11-18T03:00:00+00:00"),
        ("erasures.go_on", "2026-11-18T03:05:00+00:00"),
        ("followups.expire", "2026-11-18T08:30:00+00:00"),
        ("followups.hand_back", "2026-11-18T08:00:00+00:00"),
        ("followups.post_report", "2026-12-01T10:00:00+00:00"),
        ("fun_tank.drain", "2026-11-18T05:00:00+00:00"),
        ("fun_tank.sum_up", "2026-11-23T04:30:00+00:00"),
        ("home.publish", "2026-11-18T00:20:00+00:00"),
        ("meetings.cancel_orphaned", "2026-11-18T08:00:00+00:00"),
        ("nudges.check_due", "2026-11-18T00:05:00+00:00"),
        ("nudges.check_due", "2026-11-18T09:00:00+00:00"),
        ("one_on_ones.reconcile_pairs", "2026-11-18T08:00:00+00:00"),
        ("one_on_ones.schedule_offers", "2026-11-18T08:00:00+00:00"),
        ("retention.prune", "2026-11-18T03:10:00+00:00"),
        ("rituals.appoint_hosts", "2026-11-18T07:00:00+00:00"),
        ("shoutouts.look_whether_quiet", "2026-11-18T10:00:00+00:00"),
        ("shoutouts.post_round_up", "2026-11-20T15:00:00+00:00"),
        ("shoutouts.tell_quiet_thanks", "2026-11-17T16:00:00+00:00"),
        ("tickets.learn_usual", "2026-11-18T03:20:00+00:00"),
        ("visits.post_themes", "2026-12-01T09:30:00+00:00"),
        ("voice.send_drafts", "2026-12-01T10:00:00+00:00"),
    ]
