"""Checks for problems that need the operator: workspaces, dead letters, failing jobs, pulse rounds, leaders."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.doctor.findings import Finding, note_finding, ok_finding, problem_finding
from bot.doctor.installations import check_granted_scopes, check_workspaces
from bot.features.pulse.models import PulseRound
from bot.features.pulse.rules import MOST_LATE
from bot.org import people
from bot.org.teams import membership, reach
from bot.org.teams.models import Team
from bot.org.teams.reach import Barrier
from bot.scheduler.models import ScheduledJob
from bot.scheduler.worker import MOST_TRIES
from bot.slack.mrkdwn import count_noun
from bot.slack.outbox.models import SENT_BLINDLY, Outgoing, State

Check = Callable[[AsyncSession], Awaitable[list[Finding]]]
OUTBOX = (
    "List them with `steward outbox list`. Fix the cause, then run `steward outbox retry ID`, "
    "or discard the message with `steward outbox drop ID`."
)
HISTORY = (
    "Grant the history scopes (docs/scopes.md) and reinstall the app, so that Steward can check before it resends. "
    "Search the log for `message_possibly_duplicated` to find the conversations."
)
FAILING_JOB = (
    "Search the log for `job_failed`: its traceback shows the cause. "
    "This is most likely a bug in Steward. Update it, or report the traceback."
)
OVERDUE = timedelta(minutes=10)
"""How late a round of the pulse may close: its job is retried within minutes."""
UNCLEANED = timedelta(hours=1)
"""How long the bytes of a closed round may stay in the database's files: the cleaner tries every minute."""
CLOSE = (
    f"Start Steward, which closes a round up to {MOST_LATE // timedelta(hours=1)} hours late and deletes the answers "
    "unread after that. If it runs, search the log for `job_failed`."
)
CLEAN = {
    "sqlite": (
        "Steward cleans up every minute while no other process reads the database. Find those with "
        "`fuser data/steward.db` and stop them. If there are none, search the log for `pulse_cleaner_failed`."
    ),
    "postgresql": (
        "Steward cleans up every minute unless an older transaction is open. Find it with `SELECT pid, xact_start, "
        "query FROM pg_stat_activity WHERE coalesce(backend_xid, backend_xmin) IS NOT NULL ORDER BY xact_start`, and "
        "end it. If there is none, see docs/privacy.md, and search the log for `pulse_cleaner_failed`."
    ),
}

BARRIERS = {
    Barrier.LEFT: "the Slack account is deactivated",
    Barrier.NO_DAYS: "no working days are set in `/steward me`",
    Barrier.QUIET: "Do Not Disturb is on throughout their working hours",
}


async def check_dead_letters(session: AsyncSession) -> list[Finding]:
    failed = select(Outgoing.reason, func.count()).where(Outgoing.state == State.FAILED)
    rows = (await session.execute(failed.group_by(Outgoing.reason).order_by(Outgoing.reason))).all()
    if not rows:
        return [ok_finding("Outbox", "No failed messages.")]
    reasons = ", ".join(f"{reason or 'no reason'} ({count})" for reason, count in rows)
    return [problem_finding("Outbox", f"Slack refused messages: {reasons}.", OUTBOX)]


async def check_blind_posts(session: AsyncSession) -> list[Finding]:
    blindly = select(func.count()).where(Outgoing.state == State.SENT, Outgoing.reason == SENT_BLINDLY)
    if not (count := await session.scalar(blindly)):
        return []
    said = f"{count} message{'s' * (count > 1)} from the last week may have been posted twice: {SENT_BLINDLY}."
    return [problem_finding("History", said, HISTORY)]


async def check_jobs(session: AsyncSession) -> list[Finding]:
    missed = and_(ScheduledJob.reason.is_not(None), ScheduledJob.recurrence.is_not(None))
    failed = select(
        ScheduledJob.job, ScheduledJob.reason, func.max(ScheduledJob.tries).label("tries"), func.count().label("times")
    ).where(or_(ScheduledJob.tries > 0, missed))
    rows = await session.execute(failed.group_by(ScheduledJob.job, ScheduledJob.reason).order_by(ScheduledJob.job))
    return [_failed(*row) for row in rows] or [ok_finding("Scheduler", "No jobs are failing.")]


def _failed(job: str, reason: str | None, tries: int, jobs: int) -> Finding:
    """Describe a failing job. A recurring job whose retries are exhausted has 0 `tries` but keeps its `reason`."""
    of = f"{job} ({jobs} scheduled job{'s' * (jobs > 1)})"
    if 0 < tries < MOST_TRIES:
        return note_finding("Scheduler", f"{of} failed {_times(tries)}: {reason}. Steward retries within minutes.")
    how = f"has failed {_times(tries)} and is retried hourly" if tries else "failed and was skipped"
    return problem_finding("Scheduler", f"{of} {how}: {reason}.", FAILING_JOB)


async def check_pulse(session: AsyncSession, *, now: datetime) -> list[Finding]:
    """Report, without naming teams, how many rounds are open and which should have been closed or cleaned up by now."""
    closes_at = (await session.scalars(select(PulseRound.closes_at).where(PulseRound.closed_at.is_(None)))).all()
    uncleaned = select(func.count()).where(PulseRound.closed_at < now - UNCLEANED, PulseRound.is_cleaned.is_(False))
    late, left = sum(each < now - OVERDUE for each in closes_at), await session.scalar(uncleaned) or 0
    found = []
    if closes_at:
        are = "is" if len(closes_at) == 1 else "are"
        found.append(note_finding("Pulse", f"{count_noun(len(closes_at), 'pulse round')} {are} open."))
    if late:
        found.append(problem_finding("Pulse", f"{count_noun(late, 'pulse round')} should have closed by now.", CLOSE))
    if left:
        said = f"Deleted answers of {count_noun(left, 'pulse round')} may still be in the database's files."
        found.append(problem_finding("Pulse", said, CLEAN[session.get_bind().dialect.name]))
    return found


async def check_leaders(session: AsyncSession, *, now: datetime) -> list[Finding]:
    """Report leaders whom Steward can never ask for help, and those whom Slack wouldn't let Steward message."""
    found: list[Finding] = []
    for team in await session.scalars(select(Team).order_by(Team.id)):
        ids = [member.user_id for member in await membership.leaders(session, team)]
        whys = {id: BARRIERS[each] for id, each in (await reach.find_unreachable_leaders(session, team, now)).items()}
        for id, person in (await people.fetch_people(session, team.workspace_id, ids)).items():
            if why := whys.get(id) or await _find_refusal(session, team, id):
                found.append(
                    note_finding("Leaders", f"{person.name}, who leads {team.name}, cannot be reached: {why}.")
                )
    return found


async def _find_refusal(session: AsyncSession, team: Team, person_id: str) -> str | None:
    """Return why Slack refused a direct message to a person in the last week, or None if it refused none."""
    failed = select(Outgoing.reason).where(
        Outgoing.workspace_id == team.workspace_id, Outgoing.conversation == person_id, Outgoing.state == State.FAILED
    )
    refused = (await session.execute(failed.limit(1))).first()
    return f"Slack refused a direct message ({refused.reason or 'no reason'})" if refused else None


CHECKS: dict[str, Check] = {
    "Workspace": check_workspaces,
    "Scopes of workspaces": check_granted_scopes,
    "Outbox": check_dead_letters,
    "History": check_blind_posts,
    "Scheduler": check_jobs,
}


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
