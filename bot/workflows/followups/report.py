"""“You said, we did”: what came of a team's roadblocks, ideas and promises in the last month, in one post."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from sqlalchemy.ext.asyncio import AsyncSession

from bot.followups import queries
from bot.followups.models import Kind, Reason
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
"""How far the report keeps from other posts in the channel."""
LAST_HOUR = time(16)
"""From this hour on the report is posted even if another post is near."""
MONTH = relativedelta(months=1)


async def post_report(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Post the report of last month, unless there is nothing to say; an hour later if another post is near."""
    if team.is_closed:
        return
    if await _is_near_another_post(session, team, now):
        later = now + DISTANCE
        key = f"team:{team.id}:followups_report:{later.isoformat()}"  # its own, as a running job can't be put again
        await scheduler.put(session, job=REPORT, key=key, team=team, due_at=later, now=now)
        return
    first = now.astimezone(ZoneInfo(team.zone)).date().replace(day=1)
    done, declined = await _find_closed(session, team, first - MONTH, first)
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


async def _find_closed(
    session: AsyncSession, team: Team, first: date, after: date
) -> tuple[dict[str, list[Done]], int]:
    """Return what was done from `first` to the day before `after`, by kind, and the number of ideas declined."""
    start, end = (datetime.combine(day, time(), ZoneInfo(team.zone)) for day in (first, after))
    done, declined = defaultdict[str, list[Done]](list), 0
    for each in await queries.find_closed(session, team, start, end):
        if each.reason == Reason.DONE:
            done[each.kind].append(Done(each.text, each.outcome))
        declined += each.kind == Kind.IDEA and each.reason == Reason.DECLINED
    return done, declined
