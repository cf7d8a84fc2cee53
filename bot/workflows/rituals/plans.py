"""Plans of a team's rituals: schedule, reschedule, list, and appoint hosts."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.rituals import hosts, packs, queries, rules
from bot.features.rituals.models import Ritual, RitualRun, RunState
from bot.features.rituals.packs import Pack
from bot.features.rituals.recurrence import next_day
from bot.messages.rituals import cards, lists
from bot.messages.rituals.lists import RitualEntry, RitualSummary
from bot.messages.rituals.packs import PackEntry
from bot.org.availability import good_moments, working_hours
from bot.org.teams.models import Team
from bot.refusals import heads_ups as refusals
from bot.scheduler import recurrence, scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.outbox import outbox
from bot.workflows.rituals import cards as rituals_cards
from bot.workflows.rituals import hosts as rituals_hosts

ABOUT = "ritual"
LATE = timedelta(hours=3)
TO_ITS_EVENING = timedelta(hours=12)
LIST_HORIZON = timedelta(days=100)
"""How far ahead a list looks."""
OPEN_RUN, OPEN_MOVED_RUN = JobName("rituals.open_run"), JobName("rituals.open_moved_run")


async def start_team(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Add the default rituals to a new team; hosts are asked in the morning."""
    for ritual in await queries.add_default_rituals(session, team):
        await schedule_ritual(session, team, ritual, now=now)


async def replan_ritual(session: AsyncSession, team: Team, ritual: Ritual, *, now: datetime) -> None:
    """Reschedule a ritual after it was switched on or off, or changed."""
    await cancel_planned(session, team, ritual, now=now)
    if ritual.is_on:
        await schedule_ritual(session, team, ritual, now=now)
    else:
        await scheduler.cancel_about(session, OPEN_RUN, team, About(ABOUT, ritual.id))
    await appoint_next_hosts(session, team, now=now)


async def schedule_ritual(session: AsyncSession, team: Team, ritual: Ritual, *, now: datetime) -> None:
    about = About(ABOUT, ritual.id)
    await scheduler.put_recurring(session, OPEN_RUN, team, about, rule=ritual.rule, at=ritual.at, late=LATE, now=now)


async def cancel_planned(session: AsyncSession, team: Team, ritual: Ritual, *, now: datetime) -> None:
    """Cancel a ritual's planned runs, and tell their hosts."""
    for run in await queries.cancel_planned_runs(session, ritual, now=now):
        await rituals_hosts.release_host(session, ritual, run, now=now)
        if run.state == RunState.WAITING:
            await outbox.delete(session, cards.waiting_line(ritual, run).card or "", to=team.channel, now=now)


async def appoint_next_hosts(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Appoint and ask hosts for all runs until the end of the next working day."""
    until = good_moments.next_morning(working_hours.team_hours(team), now) + TO_ITS_EVENING
    for at, day, ritual in await upcoming_runs(session, team, now, until):
        run = await queries.ensure_run(session, team, ritual, day, at)
        if not await hosts.has_asked_host(session, run):
            await hosts.appoint_host(session, team, run, now=now)
            await rituals_hosts.ask_host(session, team, ritual, run, now=now)


async def schedule_run(session: AsyncSession, team: Team, run: RitualRun, at: datetime, *, now: datetime) -> None:
    await rituals_cards.schedule_about_run(session, team, run, at, OPEN_MOVED_RUN, now=now)


async def plan_extra_run(
    session: AsyncSession, team: Team, slug: str, day: date, *, field: str, now: datetime
) -> int | None:
    """Plan one run of a ritual on a day, at its usual time; return its id, or None if it runs that day anyway.

    Raises `Refusal`, for the form's field, if that time has passed, or the ritual is paused.
    """
    ritual = await queries.find_ritual(session, team, slug)
    at = datetime.combine(day, ritual.at, ZoneInfo(team.zone)).astimezone(UTC)
    if at <= now:
        raise Refusal(refusals.RITUAL_TOO_LATE, field=field)
    if not ritual.can_run_on(day):
        raise Refusal(refusals.RITUAL_PAUSED, field=field)
    session.add(ritual)
    await session.flush()
    if await queries.find_run_on(session, ritual, day) or (ritual.is_on and next_day(ritual.rule, day) == day):
        return None
    run = await queries.plan_run(session, team, ritual, day, at)
    await schedule_run(session, team, run, at, now=now)
    await appoint_next_hosts(session, team, now=now)
    return run.id


async def cancel_extra_run(session: AsyncSession, team: Team, run_id: int, *, now: datetime) -> None:
    """Cancel a run that was planned by hand, unless it has started, and tell its host."""
    found = await queries.load_run(session, run_id, lock=True)
    if found is None or found[1].team_id != team.id or not found[1].is_ahead:
        return
    ritual, run = found
    await rituals_hosts.release_host(session, ritual, run, now=now)
    if run.state == RunState.WAITING:
        await outbox.delete(session, cards.waiting_line(ritual, run).card or "", to=team.channel, now=now)
    await session.delete(run)
    await session.flush()


async def upcoming_runs(
    session: AsyncSession, team: Team, now: datetime, until: datetime
) -> list[tuple[datetime, date, Ritual]]:
    """Return the runs of each ritual until a given time, as (exact instant, the day the run belongs to, ritual)."""
    known = {each.id: each for each in await queries.rituals_of_team(session, team) if each.id}
    found: list[tuple[datetime, date, Ritual]] = []
    routine = working_hours.team_hours(team)
    by_rule = set()
    for due in await scheduler.due_until(session, team, OPEN_RUN, until):
        ritual, day = known.get(due.about.id), rules.local_day(team, due.at)
        by_rule.add((due.about.id, day))
        if ritual and ritual.runs_on(day) and (at := rules.run_time(team, ritual, due.at, due.then)):
            found.append((at, day, ritual))
    for each in await queries.planned_runs(session, team, now=now, until=until):
        ritual = known.get(each.ritual_id)
        is_workday = good_moments.is_on_working_day(routine, each.starts_at)
        if ritual and is_workday and ritual.can_run_on(each.day) and (each.ritual_id, each.day) not in by_rule:
            found.append((each.starts_at, each.day, ritual))
    return sorted((each for each in found if now < each[0] <= until), key=lambda each: each[0])


async def upcoming(
    session: AsyncSession, team: Team, *, now: datetime, until: datetime
) -> list[tuple[datetime, RitualSummary]]:
    """Return a team's upcoming rituals for the preview of what the bot will post."""
    routine = working_hours.team_hours(team)
    found = [] if team.is_closed else await upcoming_runs(session, team, now, until)
    said = [(good_moments.next_good_moment(routine, at) or at, lists.summarize(ritual)) for at, _, ritual in found]
    return [each for each in said if each[0] <= until]


async def next_dates(
    session: AsyncSession, team: Team, ritual: Ritual, *, now: datetime, number: int = 4
) -> list[datetime]:
    """Return the next times of a ritual; if the ritual is off, as if it were switched on now."""
    if ritual.is_on:
        found = [
            at for at, _, each in await upcoming_runs(session, team, now, now + LIST_HORIZON) if each.id == ritual.id
        ]
    else:
        found = dates_if_on(team, ritual.rule, ritual.at, now=now, number=number)
    return found[:number]


def dates_if_on(team: Team, rule: str, at: time, *, now: datetime, number: int = 4) -> list[datetime]:
    """Return the next times of a recurrence rule."""
    routine = working_hours.team_hours(team)
    found = recurrence.dates(rule, at, team.zone, now, 3 * number)
    return [each for each in found if good_moments.is_on_working_day(routine, each)][:number]


async def list_entries(session: AsyncSession, team: Team, *, now: datetime) -> list[RitualEntry]:
    """Return the entries of all rituals outside packs for the list that `/funtank rituals` shows."""
    ahead = await queries.next_runs(session, team, now=now)
    next_at: dict[int, datetime] = {}
    for at, _, ritual in await upcoming_runs(session, team, now, now + LIST_HORIZON):
        next_at.setdefault(ritual.id, at)
    return [
        RitualEntry(each, next_at.get(each.id), ahead.get(each.id)) if each.is_on else RitualEntry(each)
        for each in await queries.rituals_of_team(session, team)
        if not each.existing_template.pack
    ]


async def list_packs(session: AsyncSession, team: Team, *, now: datetime) -> list[PackEntry]:
    """Return the entries of all packs for the list that `/funtank rituals` shows."""
    known = packs.group_into_packs(await queries.rituals_of_team(session, team))
    return [await load_pack_entry(session, team, each, now=now) for each in known]


async def load_pack_entry(session: AsyncSession, team: Team, pack: Pack, *, now: datetime) -> PackEntry:
    return PackEntry(
        pack, packs.plan_next_week(team, pack, now), await packs.manually_planned_runs(session, pack, now=now)
    )
