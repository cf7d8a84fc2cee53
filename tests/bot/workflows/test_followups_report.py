"""The monthly report “You said, we did”: its content, and when it is postponed or not posted at all."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Private
from bot.db.sessions import vault_of
from bot.followups import queries
from bot.followups.models import Audience, Followup, Kind, Reason, State
from bot.org.teams.models import Team
from bot.scheduler.models import ScheduledJob
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Outgoing
from bot.slack.outbox.queries import decrypt_payload
from bot.slack.post import Post
from bot.workflows.followups import report
from bot.workflows.followups.report import REPORT

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
IN_NOVEMBER, IN_OCTOBER = datetime(2026, 11, 12, 10, tzinfo=UTC), datetime(2026, 10, 12, 10, tzinfo=UTC)


async def closed(
    session: AsyncSession, team: Team, kind: Kind = Kind.ROADBLOCK, reason: Reason = Reason.DONE,
    at: datetime = IN_NOVEMBER, audience: Audience = Audience.TEAM,
) -> Followup:  # fmt: skip
    made = await queries.add(
        session, team, kind, "UANA", f"the {kind} of {at:%B}", state=State.CLOSED, audience=audience, now=at
    )
    made.closed_at, made.reason, made.outcome = at, reason, Private("IT raised the limit")
    await session.flush()
    return made


async def posted(session: AsyncSession, now: datetime = NOW) -> list[str]:
    rows = (await session.scalars(select(Outgoing).where(Outgoing.key.like("followups_report:%")))).all()
    return [str(decrypt_payload(row, vault_of(session))) for row in rows]


async def is_postponed(session: AsyncSession) -> bool:
    jobs = select(ScheduledJob).where(ScheduledJob.job == REPORT, ScheduledJob.due_at == NOW + timedelta(hours=1))
    return await session.scalar(jobs) is not None


async def test_monthly_report_lists_last_months_closed_followups_that_the_team_may_read(
    session: AsyncSession, team: Team
) -> None:
    await closed(session, team)
    await closed(session, team, Kind.PROMISE)
    await closed(session, team, Kind.IDEA, Reason.DECLINED)
    await closed(session, team, at=IN_OCTOBER)
    await closed(session, team, Kind.IDEA, audience=Audience.LEADERS)
    for _ in range(2):
        await report.post_report(session, team, now=NOW)
    (said,) = await posted(session)
    assert "the roadblock of November → IT raised the limit" in said
    assert "the promise of November" in said
    assert "1 idea was declined" in said
    assert "October" not in said
    assert "Ideas done" not in said
    assert "UANA" not in said


@pytest.mark.parametrize("reason", [Reason.DECLINED, Reason.WITHDRAWN, Reason.LET_GO, Reason.MERGED, Reason.NOT_NOW])
async def test_no_monthly_report_is_posted_if_no_followup_was_done(
    session: AsyncSession, team: Team, reason: Reason
) -> None:
    await closed(session, team, Kind.IDEA, reason)
    await report.post_report(session, team, now=NOW)
    assert await posted(session) == []


async def test_monthly_report_is_postponed_by_an_hour_if_another_post_is_scheduled_near_it(
    session: AsyncSession, team: Team
) -> None:
    await closed(session, team)
    await outbox.put(session, Post("kick-off"), to=team.channel, not_before=NOW)
    await report.post_report(session, team, now=NOW)
    assert (await posted(session), await is_postponed(session)) == ([], True)


async def test_each_postponement_of_the_monthly_report_has_a_different_job_key(
    session: AsyncSession, team: Team
) -> None:
    await closed(session, team)
    await outbox.put(session, Post("kick-off"), to=team.channel, not_before=NOW)
    for hours in range(2):
        await report.post_report(session, team, now=NOW + timedelta(hours=hours))
    keys = await session.scalars(select(ScheduledJob.key).where(ScheduledJob.job == REPORT))
    assert len({key for key in keys if "followups_report" in key}) == 2


async def test_monthly_report_is_not_postponed_to_the_next_day(session: AsyncSession, team: Team) -> None:
    await closed(session, team)
    await outbox.put(session, Post("kick-off"), to=team.channel, not_before=NOW)
    await report.post_report(session, team, now=NOW.replace(hour=16))
    assert len(await posted(session)) == 1
