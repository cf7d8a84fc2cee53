"""Recurring jobs of every team and workspace, and a preview of what comes next."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from hashlib import blake2b

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.pulse.settings import Settings as PulseSettings
from bot.features.shoutouts.settings import Settings as ShoutoutSettings
from bot.features.visits.settings import Settings as VisitSettings
from bot.features.voice.models import Settings as VoiceSettings
from bot.followups.settings import Settings as FollowupSettings
from bot.messages import errors
from bot.messages.setup import Told
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName, RecurringJob, WorkspaceJob, daily, weekly
from bot.scheduler.recurrence import FRIDAY, MONDAY, When, each_day, each_month, each_week
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows import nudges
from bot.workflows.rituals import plans

PULSE = JobName("pulse.open_round")
PREVIEW_PERIOD = timedelta(days=14)


def _summary(team: Team) -> When | None:
    chosen = ShoutoutSettings.of(team)
    return each_week(chosen.summary_day, chosen.summary_at) if chosen.summary else None


def _bundle(team: Team) -> When | None:
    chosen = ShoutoutSettings.of(team)
    return each_day(chosen.bundle_at) if chosen.bundle else None


def _question(team: Team) -> When | None:
    chosen = ShoutoutSettings.of(team)
    return each_day(chosen.quiet_at) if chosen.quiet else None


def _monthly(team: Team) -> When | None:
    chosen = VisitSettings.of(team)
    return each_month(chosen.monthly_on, chosen.monthly_at) if chosen.monthly else None


def _report(team: Team) -> When | None:
    chosen = FollowupSettings.of(team)
    return each_month(1, chosen.report_at) if chosen.reports else None


def _pulse(team: Team) -> When | None:
    return PulseSettings.of(team).when


def _voice(team: Team) -> When | None:
    return VoiceSettings.of(team).when


TEAM_JOBS = [
    weekly(
        FRIDAY, time(15), JobName("shoutouts.post_round_up"), title="Weekly summary", late=timedelta(hours=3),
        told="This week's shout-outs, if there are any.", chosen=_summary,
    ),
    daily(
        time(16), JobName("shoutouts.tell_quiet_thanks"), title="Daily note about emoji thanks",
        late=timedelta(hours=6), told="If you were thanked with an emoji, you get a private note.", chosen=_bundle,
    ),
    daily(
        time(10), JobName("shoutouts.look_whether_quiet"), title="The question for a quiet channel",
        late=timedelta(hours=6), chosen=_question,
    ),
    RecurringJob(JobName("one_on_ones.reconcile_pairs"), "One-on-ones", "FREQ=DAILY", time(8), timedelta(hours=20)),
    daily(time(8), JobName("one_on_ones.schedule_offers"), title="One-on-ones", late=timedelta(hours=6)),
    RecurringJob(JobName("rituals.appoint_hosts"), "Rituals", "FREQ=DAILY", time(7), timedelta(hours=12)),
    RecurringJob(JobName("meetings.cancel_orphaned"), "Meetings", "FREQ=DAILY", time(8), timedelta(hours=20)),
    RecurringJob(
        JobName("visits.post_themes"), "The month's themes", "FREQ=MONTHLY;BYMONTHDAY=1", time(9, 30),
        timedelta(days=3), chosen=_monthly,
        told="Leaders and the sponsor get what got in the way at visits, by theme and without names.",
    ),
    RecurringJob(
        JobName("followups.post_report"), "“You said, we did”", "FREQ=MONTHLY;BYMONTHDAY=1", time(10),
        timedelta(days=3), chosen=_report, told="What was done about last month's roadblocks, ideas and promises.",
    ),
    RecurringJob(
        JobName("voice.send_drafts"), "The voice of the frontline", "FREQ=MONTHLY;BYMONTHDAY=1", time(10),
        timedelta(days=3), chosen=_voice,
        told="If the team has a sponsor, leaders get a draft of what the sponsor will read about last month.",
    ),
    RecurringJob(
        PULSE, "The pulse", "FREQ=MONTHLY;BYDAY=+2TU", time(10), timedelta(days=1), chosen=_pulse,
        told="Agents get the month's pulse by direct message: a few statements to rate.",
    ),
    RecurringJob(
        JobName("birthdays.plan_upcoming"), "Birthdays and anniversaries", "FREQ=DAILY", time(7), timedelta(hours=20)
    ),
    RecurringJob(
        JobName("fun_tank.sum_up"), "The fun tank's week", f"FREQ=WEEKLY;BYDAY={MONDAY}", time(4, 30),
        timedelta(days=6),
    ),
    RecurringJob(JobName("followups.expire"), "Follow-ups", "FREQ=DAILY", time(8, 30), timedelta(hours=20)),
    RecurringJob(JobName("followups.hand_back"), "Follow-ups", "FREQ=DAILY", time(8), timedelta(hours=20)),
    daily(time(5), JobName("fun_tank.drain"), title="The fun tank's day", late=timedelta(hours=18)),
]  # fmt: skip
"""Jobs that every team has; rituals are chosen by the team itself."""
WORKSPACE_JOBS = [
    WorkspaceJob(JobName("retention.prune"), at=time(3, 10), runs_parked=True),
    WorkspaceJob(JobName("erasures.begin_deactivated"), at=time(3, 0), runs_parked=True),
    WorkspaceJob(JobName("erasures.go_on"), at=time(3, 5), runs_parked=True),
    WorkspaceJob(JobName("nudges.check_due"), at=time(0, 5)),
    WorkspaceJob(JobName("home.publish"), at=time(0, 20)),
    WorkspaceJob(JobName("tickets.learn_usual"), at=time(3, 20)),
    WorkspaceJob(JobName("data_exports.send"), at=time(0, 40)),
]
"""Jobs that every workspace has."""


def version() -> str:
    """Return a short hash of all jobs, by which a new release plans those that it added or moved, and only once."""
    jobs = [(each.name, each.rule, each.at) for each in TEAM_JOBS] + [(each.name, each.at) for each in WORKSPACE_JOBS]
    return blake2b(repr(jobs).encode(), digest_size=8).hexdigest()


async def plan_jobs(session: AsyncSession, teams: Sequence[Team], *, now: datetime) -> None:
    """Schedule the recurring jobs of teams; jobs already scheduled are left alone."""
    await scheduler.plan(session, teams, TEAM_JOBS, now=now)


async def replan_jobs(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Reschedule the recurring jobs that a team's changed settings move or turn off."""
    await scheduler.replan(session, team, TEAM_JOBS, now=now)


async def upcoming(session: AsyncSession, team: Team, *, now: datetime) -> list[tuple[datetime, Told]]:
    """Return what the bot will post for a team in the next two weeks, with the exact instants."""
    until = now + PREVIEW_PERIOD
    found: list[tuple[datetime, Told]] = []
    found += await scheduler.upcoming(session, team, TEAM_JOBS, now=now, until=until)
    found += await plans.upcoming(session, team, now=now, until=until)
    return sorted(found, key=lambda each: each[0])


async def plan_workspace_jobs(session: AsyncSession, workspace: Workspace, *, now: datetime) -> None:
    """Schedule a workspace's daily jobs, and enroll its leaders in nudges."""
    await scheduler.plan_workspace_jobs(session, workspace, WORKSPACE_JOBS, now=now)
    await nudges.enroll_leaders(session, workspace.id, now=now)


async def post_missed(session: AsyncSession, team: Team, job: RecurringJob, key: str, now: datetime) -> None:
    """Report in the team's channel, once for each key, that a job could not run at its time."""
    post = errors.ritual_failed(job.title)
    await outbox.put(session, post, to=team.channel, not_before=now, priority=Priority.RITUAL, key=f"missed:{key}")
