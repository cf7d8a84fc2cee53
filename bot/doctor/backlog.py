"""What waits for the operator: parked workspaces, dead letters, jobs that keep failing."""

from collections.abc import Awaitable, Callable

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.doctor.findings import Finding, note, trouble, well
from bot.doctor.tokens import INSTALL_AGAIN
from bot.org.workspaces import Workspace
from bot.scheduler.models import ScheduledJob
from bot.scheduler.worker import MOST_TRIES
from bot.slack.outbox.models import SENT_BLINDLY, Outgoing, State

Check = Callable[[AsyncSession], Awaitable[list[Finding]]]
OUTBOX = (
    "`steward outbox list` shows them with their ids; mend the reason, then `steward outbox retry ID`, "
    "or `steward outbox drop ID`."
)
HISTORY = (
    "Give the bot its history scopes (docs/scopes.md) and install it again: it then looks before it says it again. "
    "`may_stand_there_twice` in the log names the conversations."
)
TIMETABLE = (
    "Look for `job_failed` in the log: the traceback there says why. "
    "It is most likely a mistake of Steward's own; update it, or tell its authors."
)


async def check_workspaces(session: AsyncSession) -> list[Finding]:
    workspaces = (await session.execute(select(Workspace.name, Workspace.parked).order_by(Workspace.id))).all()
    stopped = [
        trouble("Workspace", f"Nothing can be said in {name}, since Slack said {reason}.", INSTALL_AGAIN)
        for name, reason in workspaces
        if reason
    ]
    if not workspaces:
        return [note("Workspace", "None yet; `steward run` writes down the one whose token it has.")]
    return stopped or [well("Workspace", f"{', '.join(row.name for row in workspaces)}: nothing is in the way.")]


async def check_dead_letters(session: AsyncSession) -> list[Finding]:
    failed = select(Outgoing.reason, func.count()).where(Outgoing.state == State.FAILED)
    rows = (await session.execute(failed.group_by(Outgoing.reason).order_by(Outgoing.reason))).all()
    if not rows:
        return [well("Outbox", "Nothing was set aside.")]
    reasons = ", ".join(f"{reason or 'no reason'} ({count})" for reason, count in rows)
    return [trouble("Outbox", f"Slack refused messages, which were set aside: {reasons}.", OUTBOX)]


async def check_blind_posts(session: AsyncSession) -> list[Finding]:
    blindly = select(func.count()).where(Outgoing.state == State.SENT, Outgoing.reason == SENT_BLINDLY)
    if not (count := await session.scalar(blindly)):
        return []
    said = f"{count} message{'s' * (count > 1)} of the last week may stand in Slack twice: {SENT_BLINDLY}."
    return [trouble("History", said, HISTORY)]


async def check_jobs(session: AsyncSession) -> list[Finding]:
    missed = and_(ScheduledJob.reason.is_not(None), ScheduledJob.recurrence.is_not(None))
    failed = select(
        ScheduledJob.job, ScheduledJob.reason, func.max(ScheduledJob.tries).label("tries"), func.count().label("times")
    ).where(or_(ScheduledJob.tries > 0, missed))
    rows = await session.execute(failed.group_by(ScheduledJob.job, ScheduledJob.reason).order_by(ScheduledJob.job))
    return [_failed(*row) for row in rows] or [well("Timetable", "No appointment is failing.")]


def _failed(job: str, reason: str | None, tries: int, jobs: int) -> Finding:
    """A ritual that was given up has no tries left, but its reason until it works again."""
    of = f"{job} ({jobs} appointment{'s' * (jobs > 1)})"
    if 0 < tries < MOST_TRIES:
        return note("Timetable", f"{of} failed {_times(tries)}, {reason}; it is tried again within minutes.")
    how = f"has failed {_times(tries)} and is tried hourly" if tries else "failed and was missed"
    return trouble("Timetable", f"{of} {how}: {reason}.", TIMETABLE)


CHECKS: dict[str, Check] = {
    "Workspace": check_workspaces,
    "Outbox": check_dead_letters,
    "History": check_blind_posts,
    "Timetable": check_jobs,
}


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
