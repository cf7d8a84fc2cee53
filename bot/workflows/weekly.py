"""Send leaders their week on its last working day, and show it whenever they ask."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.balance import queries as balance
from bot.features.balance.rules import Fortnight, OutOfRange, find_out_of_range
from bot.features.balance.settings import BalancePreferences
from bot.features.fun_tank import queries as fun_tank
from bot.features.fun_tank.settings import Settings as TankSettings
from bot.features.hand_ups import queries as hand_ups
from bot.features.one_on_ones import nudges as one_on_ones
from bot.features.one_on_ones.rules import OFFERED_AHEAD, select_pairs_to_plan
from bot.features.one_on_ones.settings import Settings as OneOnOneSettings
from bot.features.shadowing import queries as shadowing
from bot.features.shadowing.nudges import SUGGEST
from bot.features.shadowing.rules import Assignment, TeamWeek, assign_agents, assign_second_agents
from bot.features.shoutouts import queries as shoutouts
from bot.features.shoutouts.nudges import COVERAGE, coverage_candidates
from bot.features.weekly import queries, rules
from bot.features.weekly.models import WeeklyPreferences
from bot.features.weekly.rules import DAY, MOST_LATE, WEEK, Report, Week
from bot.meetings.models import Series
from bot.messages import weekly as messages
from bot.messages.weekly import Account, Plan
from bot.nudges import answers, engine
from bot.nudges.selection import NudgePreferences
from bot.org import people
from bot.org.availability.good_moments import start_of_week
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from bot.refusals import common
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.slack.post import Post

MOST_SITS = 2
"""How many agents a leader's week suggests to sit with, at most."""

WORKING_WEEK = timedelta(days=4)
"""From the first to the last working day of most weeks."""
SEND = JobName("weekly.send")


async def reserve(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> set[str]:
    """Schedule the messages of the leaders whose week closes today, and return the ids of these leaders.

    The engine reserves one of the day's two nudges for each from the morning on, so that the week does not make three.
    Each of their teams gets a job, because they may stop leading one of them during the day.
    """
    wanted = [seat for seat in seats if seat.role is Role.LEADER and _is_wanted(seat)]
    led = {seat.person.id: seat for seat in reversed(wanted)}
    weeks = {id: rules.find_week(seat.routine, now) for id, seat in led.items()}
    closing = {id: week for id, week in weeks.items() if rules.closes_today(led[id].routine, week, now)}
    if not closing:
        return set()
    labels = {id: week.label for id, week in closing.items()}
    due = closing.keys() - await queries.find_sent(session, seats[0].team.workspace_id, labels)
    jobs = [(seat.team, closing[seat.person.id].closes or now) for seat in wanted if seat.person.id in due]
    await _schedule(session, jobs, now=now)
    return due


async def replan(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Schedule a leader's message if a change of their absences or choices makes their week close today.

    Nothing is reserved for it, so it is not sent if the person has got two nudges today.
    """
    await reserve(session, await _find_seats(session, person), now)


async def replan_leaders(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Schedule the messages of those leaders whose week closes today after a change of their team's working hours."""
    for id in sorted(each.user_id for each in await membership.leaders(session, team)):
        await replan(session, await people.fetch_person(session, team.workspace_id, id), now=now)


def _is_wanted(seat: Seat) -> bool:
    return WeeklyPreferences.of(seat.person).is_sent and not seat.team.is_closed


async def _schedule(session: AsyncSession, closes: Iterable[tuple[Team, datetime]], *, now: datetime) -> None:
    """Schedule one job for all leaders of a team whose week closes at the same moment."""
    jobs = {f"team:{team.id}:{SEND}:{at.isoformat()}": (team, at) for team, at in closes}
    await scheduler.put_all(session, SEND, jobs, late=MOST_LATE, now=now)


async def send(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Send their week to those leaders of a team for whom it has closed today."""
    for id in sorted(each.user_id for each in await membership.leaders(session, team)):
        seats = await _find_seats(session, await people.fetch_person(session, team.workspace_id, id))
        wanted = [each for each in seats if _is_wanted(each)]
        if wanted:
            await _send_week(session, wanted, now=now)


async def _send_week(session: AsyncSession, seats: Sequence[Seat], *, now: datetime) -> None:
    """Send a leader's week once, if it has closed, if there is something to say, and if the budget allows.

    If the leader's zone or hours have changed since the morning and it closes later today, it is scheduled again.
    """
    seat, person = seats[0], seats[0].person
    week = await _find_week(session, seat, now)
    if not (week.closes and rules.closes_today(seat.routine, week, now)):
        return
    if week.closes > now:
        await _schedule(session, [(seat.team, week.closes)], now=now)
        return
    account = await _load_account(session, seats, week, now)
    account = replace(account, plan=await _load_plan(session, seats, week))
    if account.report.is_empty and account.plan.is_empty:
        await _give_back_reserved_nudge(session, person)
        return
    if not await queries.record_close(session, person, week.label, week.closes):
        return
    if not await engine.spend_budget(session, seat, is_reserved=True, now=now):
        await queries.discard_close(session, person, week.label)
        return
    await outbox.put(
        session, messages.week_card(account), to=person.dm, not_before=now, priority=Priority.NUDGE,
        hours_of=seat.team, expires_at=week.closes + MOST_LATE,
    )  # fmt: skip


async def _give_back_reserved_nudge(session: AsyncSession, person: Person) -> None:
    """Leave both nudges of the day to other features, because no week is sent."""
    if check := await answers.lock_nudges(session, person.workspace_id, person.id):
        check.reserved_on = None


async def show(session: AsyncSession, actor: Actor, *, now: datetime) -> Post:
    """Return a leader's current week so far. Raises `Refusal` for anybody who does not lead a team."""
    seats = await _find_seats(session, await people.fetch_person(session, *actor))
    if not seats:
        raise Refusal(common.WEEK_FOR_LEADERS)
    return messages.week_so_far(await _load_account(session, seats, await _find_week(session, seats[0], now), now))


async def _find_seats(session: AsyncSession, person: Person) -> list[Seat]:
    """Return a person with each team they lead, open channels first, because the hours of the first team count."""
    teams = await membership.teams_led_by(session, person.workspace_id, person.id)
    return [Seat(person, team, Role.LEADER) for team in sorted(teams, key=lambda team: team.is_closed)]


async def _find_week(session: AsyncSession, seat: Seat, now: datetime) -> Week:
    """Return a leader's week. If the one before was sent, it begins where that ended, as it was known then."""
    week = rules.find_week(seat.routine, now)
    closed = await queries.find_close(session, seat.person, week.label_before)
    return replace(week, since=closed) if closed else week


async def _load_account(session: AsyncSession, seats: Sequence[Seat], week: Week, now: datetime) -> Account:
    """Load what is told about a leader's week: for all their teams together, and the fun tank of each."""
    person, until = seats[0].person, week.until(now)
    fortnight = await balance.fetch_two_weeks(session, person, until)
    report = await _load_report(session, seats, week, until)
    teams = [seat.team for seat in seats if not seat.team.is_closed]
    tanks = [(team, await fun_tank.fetch_level(session, team)) for team in teams]
    low = next((team for team, level in tanks if level < TankSettings.of(team).low), None)
    outside = _find_out_of_range(person, fortnight)
    suggestion = rules.suggest(report, is_out_of_range=outside is not None, is_tank_low=low is not None)
    return Account(person, report, fortnight, tanks, suggestion, outside, low)


async def _load_plan(session: AsyncSession, seats: Sequence[Seat], week: Week) -> Plan:
    """Load what a leader could plan with their people, as the reminders on the first day of the next week would.

    Kinds of reminders that they have muted are left out.
    """
    person = seats[0].person
    routine = seats[0].routine
    day = start_of_week(routine, week.ends_on + DAY)
    then = datetime.combine(day, routine.start, ZoneInfo(routine.zone)).astimezone(UTC)
    open_ones = [seat for seat in seats if not seat.team.is_closed]
    due, more_due, offered = await _load_one_on_ones(session, seats, then)
    sits = [
        (turn, each.team)
        for each in await shadowing.find_this_week_by_team(session, open_ones, then)
        for turn in _find_turns(each, person.id, then)
    ]
    sits.sort(key=lambda sit: sit[0].agent.waiting_since)
    unthanked = await coverage_candidates(session, open_ones, then)
    named, team = (unthanked[0].facts["people"], unthanked[0].seat.team) if unthanked else ((), None)
    muted = NudgePreferences.of(person).muted
    plan = Plan(due, more_due, offered, sits[:MOST_SITS], named, team)
    if one_on_ones.DUE in muted:
        plan = replace(plan, due=(), more_due=0, offered=())
    if SUGGEST in muted:
        plan = replace(plan, sits=())
    return replace(plan, unthanked=()) if COVERAGE in muted else plan


async def _load_one_on_ones(
    session: AsyncSession, seats: Sequence[Seat], then: datetime
) -> tuple[list[Series], int, list[str]]:
    """Return the pairs that a leader could book, how many more there are, and the agents who will be offered times.

    `then` is the start of the leader's next week, in which the bot offers times where a team has that turned on.
    """
    person = seats[0].person
    today = person.local(then).date()
    offering = {seat.team.id for seat in seats if OneOnOneSettings.of(seat.team).offers and not seat.team.is_closed}
    found = (await one_on_ones.find_facts(session, [person], then))[person.id].due
    weekly = OneOnOneSettings.of(seats[0].team).weekly
    by_bot = [each for each in found if each.team_id in offering]
    by_leader = [each for each in found if each not in by_bot]
    until = today + WORKING_WEEK + OFFERED_AHEAD
    offered = select_pairs_to_plan(by_bot, left=weekly, today=today, until=until)
    due = select_pairs_to_plan(by_leader, left=len(by_leader), today=today)
    listed = due[: min(weekly, messages.MOST_PLANNED)]
    return listed, len(due) - len(listed), [each.agent_id for each in offered]


def _find_turns(week: TeamWeek, leader_id: str, now: datetime) -> list[Assignment]:
    """Return whom a leader could sit with in a week: one agent, and a second one who has waited for weeks."""
    first = assign_agents(week, now)
    dealt = [first, assign_second_agents(week, first, now)]
    return [each[leader_id] for each in dealt if leader_id in each]


def _find_out_of_range(person: Person, fortnight: Fortnight) -> OutOfRange | None:
    return find_out_of_range(fortnight, BalancePreferences.of(person).bands) if fortnight.has_enough_data else None


async def _load_report(session: AsyncSession, seats: Sequence[Seat], week: Week, until: datetime) -> Report:
    person, since, today = seats[0].person, week.since, seats[0].person.local(until).date()
    held, due = await queries.count_one_on_ones(session, person, since, until)
    return Report(
        since, until, week.ends_on + WEEK,
        minutes=await balance.sum_minutes(session, person, since, until),
        held=held,
        due=due,
        thanks=await shoutouts.count_given(session, person, since, until),
        waits=await hand_ups.list_waits(session, person, since, until),
        closed=await queries.count_closed(session, person, since, until),
        ahead=await queries.list_ahead(session, person, [each.team.id for each in seats], today, week.ends_on + WEEK),
    )  # fmt: skip
