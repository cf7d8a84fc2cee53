"""Run rituals when they are due; while a spike is open, a ritual is postponed or skipped for the day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.heads_ups import queries as heads_ups_queries
from bot.features.rituals import coffee as rituals_coffee
from bot.features.rituals import queries, rules
from bot.features.rituals.models import Ritual, RitualRun, RunState
from bot.features.rituals.recurrence import next_day
from bot.features.shoutouts.settings import Settings
from bot.features.spikes import queries as spikes_queries
from bot.messages.rituals import cards
from bot.org import people
from bot.org.availability import good_moments, working_hours
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.models import Occurrence
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows.rituals import cards as rituals_cards
from bot.workflows.rituals import coffee, hosts, plans, quiz
from bot.workflows.rituals.cards import COFFEE, WITH_ROUND_UP
from bot.workflows.rituals.plans import OPEN_RUN

SUMMARY_HEAD_START = timedelta(minutes=1)
RETRY_INTERVAL = timedelta(minutes=30)


async def open_due_run(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Open the ritual run that is due, or schedule it for later: after a day off, or after the weekly summary."""
    ritual, day = await session.get(Ritual, due.about_id), rules.local_day(team, due.at)
    if ritual is None or team.is_closed or not ritual.runs_on(day):
        return
    dues = await scheduler.due_until(session, team, OPEN_RUN, due.at)
    at = rules.run_time(team, ritual, due.at, next((each.then for each in dues if each.about == due.about), None))
    if at is None:
        return
    run = await queries.ensure_run(session, team, ritual, day, at)
    if at == due.at and _ends_round_up(team, ritual, at):
        at += SUMMARY_HEAD_START  # the weekly summary may open it first
    if at > due.at:
        await plans.schedule_run(session, team, run, at, now=due.at)
    else:
        await open_or_give_way(session, team, ritual, run, now=due.at)


async def open_or_give_way(session: AsyncSession, team: Team, ritual: Ritual, run: RitualRun, *, now: datetime) -> None:
    """Post a ritual that is due; if a queue is over its limit, postpone or skip it.

    On a day that has become a day off since the run was planned, such as a public holiday, it is called off; one that
    was planned for a heads-up moves to the next working day if that is still before the start.
    """
    if not run.is_ahead:
        return
    if not good_moments.is_on_working_day(working_hours.team_hours(team), now):
        if not await _move_before_heads_up(session, team, ritual, run, now=now):
            await _call_off(session, team, ritual, run, now=now)
        return
    if await spikes_queries.list_open_spikes(session, team):
        await _give_way(session, team, ritual, run, now=now)
        return
    if run.state == RunState.WAITING:
        await outbox.delete(session, cards.waiting_line(ritual, run).card or "", to=team.channel, now=now)
    if comes := await _open_run(session, team, ritual, run, now=now):
        await rituals_cards.post_today(session, team, comes, now=now)


async def _move_before_heads_up(
    session: AsyncSession, team: Team, ritual: Ritual, run: RitualRun, *, now: datetime
) -> bool:
    """Move a heads-up's run to the next working day, and show that to its host; return whether it could be moved.

    It could not if the heads-up has started by then, or the ritual runs on that day anyway.
    """
    starts_at = await heads_ups_queries.find_start_after(session, run.id)
    day = working_hours.add_working_days(working_hours.team_hours(team), rules.local_day(team, now), 1)
    at = datetime.combine(day, ritual.at, ZoneInfo(team.zone)).astimezone(UTC)
    if starts_at is None or at >= starts_at or not ritual.can_run_on(day):
        return False
    if await queries.find_run_on(session, ritual, day) or (ritual.is_on and next_day(ritual.rule, day) == day):
        return False
    run.day, run.starts_at = day, at
    await plans.schedule_run(session, team, run, at, now=now)
    if run.host_id:
        host = await people.fetch_person(session, team.workspace_id, run.host_id)
        await outbox.change(session, cards.host_asked(team, ritual, run, host, ""), to=host.dm, now=now)
    return True


async def _call_off(session: AsyncSession, team: Team, ritual: Ritual, run: RitualRun, *, now: datetime) -> None:
    await hosts.release_host(session, ritual, run, now=now)
    if run.state == RunState.WAITING:
        await outbox.delete(session, cards.waiting_line(ritual, run).card or "", to=team.channel, now=now)
    run.state = RunState.LET_GO


async def build_wins_if_due(session: AsyncSession, team: Team, due: Occurrence) -> Post | None:
    """Return the card of the week's wins if they are due now, to be appended to the weekly summary.

    The wins are then not posted separately. Returns None if they are not due, or a spike is open.
    """
    if not good_moments.is_good_moment(working_hours.team_hours(team), due.at) or await spikes_queries.list_open_spikes(
        session, team
    ):
        return None
    for at, day, ritual in await plans.upcoming_runs(session, team, due.at - SUMMARY_HEAD_START, due.at):
        if at != due.at or ritual.slug != WITH_ROUND_UP:
            continue
        planned = await queries.ensure_run(session, team, ritual, day, at)
        _, run = await queries.find_run(session, team.workspace_id, planned.id)
        if run.state == RunState.PLANNED and ritual.runs_on(day):
            return await _open_run(session, team, ritual, run, now=due.at)
    return None


def _ends_round_up(team: Team, ritual: Ritual, at: datetime) -> bool:
    local, chosen = at.astimezone(ZoneInfo(team.zone)), Settings.of(team)
    comes_now = chosen.summary and (local.weekday(), local.time()) == (chosen.summary_day, chosen.summary_at)
    return ritual.slug == WITH_ROUND_UP and comes_now


async def _open_run(session: AsyncSession, team: Team, ritual: Ritual, run: RitualRun, *, now: datetime) -> Post | None:
    """Open a ritual run now; return its card, or None if there is nothing to post."""
    run.starts_at = now
    if ritual.slug == COFFEE and not await rituals_coffee.pair_people(session, team, run):
        await hosts.release_host(session, ritual, run, now=now)
        run.state = RunState.LET_GO
        return None
    await hosts.start_hosting(session, team, ritual, run, now=now)
    run.state = RunState.SAID
    await quiz.schedule_reveal(session, team, ritual, run, now=now)
    if ritual.slug == COFFEE:
        await coffee.notify_pairs(session, team, run, now=now)
    return await rituals_cards.build_card(session, team, ritual, run)


async def _give_way(session: AsyncSession, team: Team, ritual: Ritual, run: RitualRun, *, now: datetime) -> None:
    """Postpone a ritual run because of a spike, or skip it if too little of the working day is left.

    One line in the channel says so, and is edited when the outcome changes.
    """
    later = now + RETRY_INTERVAL
    if good_moments.fits_in_shift(working_hours.team_hours(team), later, RETRY_INTERVAL):
        await plans.schedule_run(session, team, run, later, now=now)
        if run.state == RunState.PLANNED:
            run.state = RunState.WAITING
            await rituals_cards.post_today(session, team, cards.waiting_line(ritual, run), now=now)
        return
    await hosts.release_host(session, ritual, run, now=now)
    has_waited, run.state = run.state == RunState.WAITING, RunState.LET_GO
    again = next(
        (at for at in await plans.next_dates(session, team, ritual, now=now) if at > now + RETRY_INTERVAL), None
    )
    line = cards.skipped_line(team, ritual, run, again)
    if has_waited:
        await outbox.edit(session, line, to=team.channel, not_before=now)
    else:
        await rituals_cards.post_today(session, team, line, now=now)
