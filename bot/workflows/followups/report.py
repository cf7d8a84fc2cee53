"""“You said, we did”: one post on what was done last month about a team's roadblocks, ideas and promises."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from sqlalchemy.ext.asyncio import AsyncSession

from bot.followups import queries
from bot.followups.models import Followup, Kind, Reason
from bot.messages.followups import report as messages
from bot.messages.followups.report import Done
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows import recurring_jobs

REPORT = JobName("followups.post_report")
DISTANCE = timedelta(hours=1)
"""Minimum time between the report and other posts in the channel."""
LAST_HOUR = time(16)
"""The hour from which the report is posted even if another post comes shortly before or after it."""
MONTH = relativedelta(months=1)


async def post_report(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Post the report for last month, unless it is empty; wait an hour if another post is due just before or after."""
    if team.is_closed:
        return
    if await _is_near_another_post(session, team, now):
        later = now + DISTANCE
        key = f"team:{team.id}:followups_report:{later.isoformat()}"  # unique: a running job can't be rescheduled
        await scheduler.put(session, job=REPORT, key=key, team=team, due_at=later, now=now)
        return
    first = now.astimezone(ZoneInfo(team.zone)).date().replace(day=1)
    done, declined = await find_closed(session, team, first - MONTH, first)
    if done:
        await outbox.put(
            session, messages.report(first - MONTH, done, declined), to=team.channel, not_before=now,
            priority=Priority.RITUAL, hours_of=team, key=f"followups_report:{team.id}:{first:%Y-%m}",
        )  # fmt: skip


async def _is_near_another_post(session: AsyncSession, team: Team, now: datetime) -> bool:
    if now.astimezone(ZoneInfo(team.zone)).time() >= LAST_HOUR:
        return False
    if await outbox.has_posted_since(session, team.channel, since=now - DISTANCE):
        return True
    coming = await recurring_jobs.upcoming(session, team, now=now)
    return any(now < at <= now + DISTANCE for at, _ in coming)


async def find_closed(
    session: AsyncSession, team: Team, first: date, after: date, *,
    words: Callable[[Followup], str | None] = lambda each: each.text,
) -> tuple[dict[str, list[Done]], int]:  # fmt: skip
    """Return the follow-ups done from `first` to the day before `after`, by kind, and the number of declined ideas.

    `words` returns the text of each, or None to leave it out.
    """
    start, end = (datetime.combine(day, time(), ZoneInfo(team.zone)) for day in (first, after))
    done, declined = defaultdict[str, list[Done]](list), 0
    for each in await queries.find_closed(session, team, start, end):
        if each.reason == Reason.DONE and (text := words(each)) is not None:
            done[each.kind].append(Done(text, each.outcome, each.about))
        declined += each.kind == Kind.IDEA and each.reason == Reason.DECLINED
    return done, declined
