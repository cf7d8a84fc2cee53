"""What comes of a team's rituals and who hosts it, planned ahead and planned anew after a change."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals import hosts, queries, rules
from bot.features.rituals.models import Ritual, RitualRun, RunState
from bot.messages.rituals import cards, lists
from bot.messages.rituals.lists import RitualEntry, RitualSummary
from bot.org import people
from bot.org.availability import moment, working_hours
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.scheduler import recurrence, scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority

ABOUT = "ritual"
LATE = timedelta(hours=3)
TO_ITS_EVENING = timedelta(hours=12)
LIST_HORIZON = timedelta(days=100)
"""As far as a list looks ahead."""
OPEN_RUN, OPEN_MOVED_RUN = JobName("rituals.open_run"), JobName("rituals.open_moved_run")


async def start_team(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """A new team's rituals; who hosts them is asked in the morning."""
    for ritual in await queries.add_default_rituals(session, team):
        await schedule_ritual(session, team, ritual, now=now)


async def replan_ritual(session: AsyncSession, team: Team, ritual: Ritual, *, now: datetime) -> None:
    """A ritual was switched or changed: what was planned of it is planned anew."""
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
    """Nothing that was planned comes; its host hears so."""
    for occasion in await queries.cancel_planned_runs(session, ritual, now=now):
        await release_host(session, ritual, occasion, now=now)
        if occasion.state == RunState.WAITING:
            await outbox.delete(session, cards.waiting_line(ritual, occasion).card or "", to=team.channel, now=now)


async def release_host(session: AsyncSession, ritual: Ritual, occasion: RitualRun, *, now: datetime) -> None:
    """There is nothing to host."""
    if occasion.host_id:
        post = cards.host_called_off(ritual, occasion, occasion.host_id)
        await outbox.withdraw(session, post, to=Address(occasion.workspace_id, occasion.host_id), now=now)


async def appoint_next_hosts(session: AsyncSession, team: Team, *, now: datetime) -> None:
    until = moment.next_morning(working_hours.team_hours(team), now) + TO_ITS_EVENING
    for at, day, ritual in await coming_runs(session, team, now, until):
        occasion = await queries.find_run_on(session, ritual, day) or await queries.plan_run(
            session, team, ritual, day, at
        )
        if not await hosts.was_asked(session, occasion):
            await hosts.appoint_host(session, team, occasion)
            await ask_host(session, team, ritual, occasion, now=now)


async def ask_host(
    session: AsyncSession, team: Team, ritual: Ritual, occasion: RitualRun, *, by: str = "", now: datetime
) -> None:
    """Whose turn it is hears so in their hours, if it is anybody's."""
    if occasion.host_id is None:
        return
    host = await people.fetch_person(session, team.workspace_id, occasion.host_id)
    post = cards.host_asked(team, ritual, occasion, host, by)
    await outbox.put(
        session, post, to=host.dm, not_before=now, priority=Priority.NUDGE, hours_of=team,
        expires_at=occasion.starts_at,
    )  # fmt: skip


async def coming_runs(
    session: AsyncSession, team: Team, now: datetime, until: datetime
) -> list[tuple[datetime, date, Ritual]]:
    """When each ritual comes from now on, up to an instant: those very instants, each with the day it stands for."""
    known = {each.id: each for each in await queries.rituals_of_team(session, team) if each.id}
    found: list[tuple[datetime, date, Ritual]] = []
    by_rule = set()
    for due in await scheduler.due_until(session, team, OPEN_RUN, until):
        ritual, day = known.get(due.about.id), rules.local_day(team, due.at)
        by_rule.add((due.about.id, day))
        if ritual and ritual.comes_on(day) and (at := rules.run_time(team, ritual, due.at, due.then)):
            found.append((at, day, ritual))
    for each in await queries.planned_runs(session, team, now=now, until=until):
        ritual = known.get(each.ritual_id)
        if ritual and ritual.may_come_on(each.day) and (each.ritual_id, each.day) not in by_rule:
            found.append((each.starts_at, each.day, ritual))
    return sorted((each for each in found if now < each[0] <= until), key=lambda each: each[0])


async def upcoming(
    session: AsyncSession, team: Team, *, now: datetime, until: datetime
) -> list[tuple[datetime, RitualSummary]]:
    """For a preview of a team's weeks."""
    routine = working_hours.team_hours(team)
    found = [] if team.is_closed else await coming_runs(session, team, now, until)
    said = [(moment.next_good(routine, at) or at, lists.summarize(ritual)) for at, _, ritual in found]
    return [each for each in said if each[0] <= until]


async def next_dates(
    session: AsyncSession, team: Team, ritual: Ritual, *, now: datetime, number: int = 4
) -> list[datetime]:
    """The next times of a ritual; of one that is off, if it were switched on now."""
    if ritual.is_on:
        found = [
            at for at, _, each in await coming_runs(session, team, now, now + LIST_HORIZON) if each.id == ritual.id
        ]
    else:
        found = dates_if_on(team, ritual.rule, ritual.at, now=now, number=number)
    return found[:number]


def dates_if_on(team: Team, rule: str, at: time, *, now: datetime, number: int = 4) -> list[datetime]:
    """The next times of a rule."""
    routine = working_hours.team_hours(team)
    found = recurrence.dates(rule, at, team.zone, now, 3 * number)
    return [each for each in found if moment.works_on(routine, each)][:number]


async def list_entries(session: AsyncSession, team: Team, *, now: datetime) -> list[RitualEntry]:
    """All rituals that stand for themselves, as the list shows them."""
    ahead = await queries.runs_ahead(session, team, now=now)
    next_at: dict[int, datetime] = {}
    for at, _, ritual in await coming_runs(session, team, now, now + LIST_HORIZON):
        next_at.setdefault(ritual.id, at)
    return [
        RitualEntry(each, next_at.get(each.id), ahead.get(each.id)) if each.is_on else RitualEntry(each)
        for each in await queries.rituals_of_team(session, team)
        if not each.what.pack
    ]
