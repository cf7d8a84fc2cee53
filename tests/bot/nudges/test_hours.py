"""The hour at which nudges come: how answers are counted, and which hour of the working day is the best."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import Database
from bot.nudges import answers, engine, hours
from bot.nudges.hours import ENOUGH, MOST, NO_ANSWERS, HourPreferences
from bot.nudges.models import Nudge, NudgeCheck, NudgeState
from bot.org import people
from bot.org.availability.working_hours import Day, WorkingHours
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from bot.workflows import nudges, settings
from bot.workflows.nudges import KINDS
from tests.bot.nudges.test_batches import statements
from tests.bot.nudges.test_engine import add_nudge, run_check
from tests.conftest import TUESDAY

A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
NINE = TUESDAY.replace(hour=9)
LISBON, KOLKATA, NEW_YORK = "Europe/Lisbon", "Asia/Kolkata", "America/New_York"
WEEKDAYS = frozenset(Day(day) for day in range(5))


def counted(**by_hour: int) -> list[int]:
    """Return counts by hour: `counted(h9=8)` has eight answers at nine."""
    return [by_hour.get(f"h{hour}", 0) for hour in range(24)]


def shift(zone: str = LISBON, start: time = time(9), end: time = time(17), **more: object) -> WorkingHours:
    return WorkingHours(zone, WEEKDAYS, start, end, **more)  # type: ignore[arg-type]


def local(zone: str, day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant in November 2026, of which the 17th is a Tuesday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(zone))


AFTERNOON = local(LISBON, 17, 13), local(LISBON, 18, 0)
NIGHT = shift(start=time(22), end=time(6))


@pytest.mark.parametrize(
    ("routine", "morning", "counts", "expected"),
    [
        (shift(), local(LISBON, 17, 9), counted(h14=ENOUGH), local(LISBON, 17, 14)),
        (shift(), local(LISBON, 17, 9), counted(h14=ENOUGH - 1), local(LISBON, 17, 9)),
        (shift(), local(LISBON, 17, 9), counted(h9=10, h13=4, h14=6, h15=4), local(LISBON, 17, 9)),
        (shift(), local(LISBON, 17, 9), counted(h9=7, h13=4, h14=6, h15=4), local(LISBON, 17, 13)),
        (shift(), local(LISBON, 17, 9), counted(h10=5, h14=5), local(LISBON, 17, 10)),
        (shift(), local(LISBON, 17, 9), counted(h16=20), local(LISBON, 17, 15)),
        (shift(), local(LISBON, 17, 9), counted(h17=20), local(LISBON, 17, 15)),
        (shift(), local(LISBON, 17, 9), counted(h21=20), local(LISBON, 17, 9)),
        (shift(), local(LISBON, 17, 9), counted(h8=20), local(LISBON, 17, 9)),
        (shift(start=time(9, 30)), local(LISBON, 17, 9, 30), counted(h9=20), local(LISBON, 17, 9, 30)),
        (shift(start=time(9, 30)), local(LISBON, 17, 9, 30), counted(h11=20), local(LISBON, 17, 11)),
        (shift(end=time(17, 30)), local(LISBON, 17, 9), counted(h16=20), local(LISBON, 17, 15)),
        (shift(end=time(10, 30)), local(LISBON, 17, 9), counted(h9=20), local(LISBON, 17, 9)),
        (shift(KOLKATA), local(KOLKATA, 17, 9), counted(h13=20), local(KOLKATA, 17, 13)),
        (shift(NEW_YORK), local(NEW_YORK, 17, 9), counted(h11=20), local(NEW_YORK, 17, 11)),
        (shift(), local(LISBON, 17, 13, 30), counted(h11=20, h14=2), local(LISBON, 17, 14)),
        (shift(absences=[AFTERNOON]), local(LISBON, 17, 9), counted(h14=20, h11=1), local(LISBON, 17, 11)),
        (NIGHT, local(LISBON, 17, 0), counted(h23=20), local(LISBON, 17, 23)),
        (NIGHT, local(LISBON, 17, 0), counted(h3=20), local(LISBON, 17, 3)),
        (NIGHT, local(LISBON, 17, 0), counted(h5=20), local(LISBON, 17, 4)),
        (NIGHT, local(LISBON, 16, 22), counted(h3=20, h22=1), local(LISBON, 16, 22)),
        (shift(start=time(9), end=time(9)), local(LISBON, 17, 0), counted(h20=20), local(LISBON, 17, 20)),
    ],
)  # fmt: skip
def test_best_hour_is_a_full_hour_of_the_working_day_but_not_its_last(
    routine: WorkingHours, morning: datetime, counts: list[int], expected: datetime
) -> None:
    assert hours.find_best_time(routine, morning.astimezone(UTC), counts) == expected


def test_counts_are_halved_once_they_are_many() -> None:
    counts: Sequence[int] = NO_ANSWERS
    for _ in range(MOST):
        counts = hours.count_answer(counts, 9)
    assert (counts[9], sum(counts)) == (MOST, MOST)
    counts = hours.count_answer(counts, 14)
    assert (counts[9], sum(counts)) == (MOST // 2, MOST // 2)


def test_best_hour_follows_a_changed_habit() -> None:
    counts: Sequence[int] = counted(h9=MOST)
    for _ in range(23):
        counts = hours.count_answer(counts, 14)

    assert hours.find_best_time(shift(), NINE, counts) == NINE.replace(hour=14)


def test_best_hour_stays_where_answers_take_an_hour_or_two() -> None:
    at, counts = 9, list(NO_ANSWERS)
    for nth in range(200):
        counts = hours.count_answer(counts, at + nth % 3)
        at = hours.find_best_time(shift(), NINE, counts).hour
    assert at == 9


async def agree(session: AsyncSession, team: Team, counts: Sequence[int] = NO_ANSWERS, *, at: datetime = NINE) -> Seat:
    """Have Maya agree that her answers are counted, and schedule her next check."""
    maya = await people.fetch_person(session, "T1", "UMAYA")
    HourPreferences(is_learned=True).keep(maya)
    session.add(NudgeCheck("T1", "UMAYA", at, hours=[*counts]))
    await session.flush()
    return Seat(maya, team, Role.LEADER)


async def check_of(session: AsyncSession, person_id: str = "UMAYA") -> NudgeCheck:
    return await session.get_one(NudgeCheck, ("T1", person_id), populate_existing=True)


async def press(session: AsyncSession, nudge: Nudge, state: NudgeState, at: datetime) -> None:
    found = await answers.find_nudge(session, "T1", "UMAYA", nudge.id)
    await answers.answer(session, found, state, KINDS, now=at)
    await session.flush()


@pytest.mark.parametrize("state", [NudgeState.DONE, NudgeState.DECLINED])
async def test_each_answer_is_counted_once_in_its_hour_of_the_persons_day(
    session: AsyncSession, team: Team, state: NudgeState
) -> None:
    seat = await agree(session, team)
    seat.person.zone = KOLKATA
    nudge = await add_nudge(session, team, at=NINE)
    for _ in range(2):
        await press(session, nudge, state, NINE + timedelta(minutes=40))

    assert (await check_of(session)).hours == counted(h15=1)  # 9:40 in UTC is 15:10 there


async def test_mutes_and_what_others_have_answered_are_not_counted(session: AsyncSession, team: Team) -> None:
    seat = await agree(session, team)
    await press(session, await add_nudge(session, team, at=NINE), NudgeState.MUTED, NINE)
    nudge = await add_nudge(session, team, at=NINE, about="7")
    for by in ("UANA", None):
        await nudges.close_reminders(session, "T1", [nudge.kind], 7, by=by, for_all=True, now=NINE)

    assert nudge.state == NudgeState.SETTLED
    assert (await check_of(session)).hours == [*NO_ANSWERS]
    own = await add_nudge(session, team, at=NINE, about="8")
    await nudges.close_reminders(session, "T1", [own.kind], 8, by=seat.person.id, for_all=True, now=NINE)
    assert (await check_of(session)).hours == counted(h9=1)


async def test_rows_of_a_nudge_answered_within_an_hour_count_once(session: AsyncSession, team: Team) -> None:
    await agree(session, team)
    nudge = await add_nudge(session, team, at=NINE)
    for minutes in (10, 11, 12, 80):
        found = await answers.find_nudge(session, "T1", "UMAYA", nudge.id)
        now = NINE + timedelta(minutes=minutes)
        await answers.answer_row(session, found, nudge.facts, KINDS, is_last=minutes == 80, now=now)
        await session.flush()

    assert (await check_of(session)).hours == counted(h9=1, h10=1)


async def test_nothing_is_counted_without_consent(session: AsyncSession, team: Team) -> None:
    await engine.schedule_checks(session, "T1", {"UMAYA": NINE})
    await press(session, await add_nudge(session, team, at=NINE), NudgeState.DONE, NINE)
    await run_check(session, team, NINE)

    check = await check_of(session)
    assert (check.hours, check.at) == (None, NINE + A_DAY)


async def test_checks_come_at_the_best_hour_and_after_an_absence_too(session: AsyncSession, team: Team) -> None:
    seat = await agree(session, team, counted(h14=ENOUGH))
    await run_check(session, team, NINE)
    assert (await check_of(session)).at == NINE.replace(hour=14) + A_DAY
    seat.person.absences = [(NINE.replace(hour=0) + A_DAY, NINE.replace(hour=0) + 2 * A_DAY)]
    await run_check(session, team, NINE + A_DAY)
    assert (await check_of(session)).at == NINE.replace(hour=14) + 2 * A_DAY


async def test_snoozed_nudge_comes_again_when_the_snooze_ends(session: AsyncSession, team: Team) -> None:
    await agree(session, team, counted(h14=ENOUGH), at=NINE.replace(hour=14) + A_DAY)
    nudge = await add_nudge(session, team, at=NINE)
    await answers.snooze(session, nudge, NINE + A_DAY, KINDS, now=NINE)
    assert (await check_of(session)).at == NINE + A_DAY
    await run_check(session, team, NINE + A_DAY)

    assert (nudge.state, nudge.said_at) == (NudgeState.SAID, NINE + A_DAY)
    assert (await check_of(session)).at == NINE.replace(hour=14) + 2 * A_DAY


async def test_messages_of_the_day_leave_the_next_check_at_the_best_hour(session: AsyncSession, team: Team) -> None:
    at = NINE.replace(hour=14) + A_DAY
    seat = await agree(session, team, counted(h14=ENOUGH), at=at)
    await engine.spend_budget(session, seat, now=NINE)
    assert await engine.wake(session, "T1", ["UMAYA", "UANA"], now=NINE) == NINE + A_DAY
    assert ((await check_of(session)).at, (await check_of(session, "UANA")).at) == (at, NINE + A_DAY)


async def test_stopping_deletes_the_counts_and_what_was_scheduled_by_them(session: AsyncSession, team: Team) -> None:
    seat = await agree(session, team, counted(h14=ENOUGH), at=NINE.replace(hour=14) + A_DAY)
    await settings.store_preferences(session, seat.person, HourPreferences(is_learned=True), now=NINE)
    assert (await check_of(session)).hours == counted(h14=ENOUGH)
    await settings.store_preferences(session, seat.person, HourPreferences(), now=NINE)
    check = await check_of(session)
    assert (check.hours, check.at) == (None, NINE + A_DAY)

    stored = select(NudgeCheck.person_id).where(NudgeCheck.hours.is_(None))
    assert (await session.scalars(stored)).all() == ["UMAYA"]


async def test_counting_starts_when_somebody_agrees_or_with_their_first_check(
    session: AsyncSession, team: Team
) -> None:
    await engine.schedule_checks(session, "T1", {"UMAYA": NINE})
    for id in ("UMAYA", "UANA"):
        person = await people.fetch_person(session, "T1", id)
        await settings.store_preferences(session, person, HourPreferences(is_learned=True), now=NINE)
    assert (await check_of(session)).hours == [*NO_ANSWERS]
    assert await session.get(NudgeCheck, ("T1", "UANA")) is None

    await engine.schedule_checks(session, "T1", {"UANA": NINE})
    await run_check(session, team, NINE)
    assert (await check_of(session, "UANA")).hours == [*NO_ANSWERS]


async def answered_with(database: Database, nudge: Nudge) -> list[str]:
    """Return the statements of an answer."""
    with statements(database) as seen:
        async with database.begin() as session:
            await press(session, nudge, NudgeState.DECLINED, NINE)
    return seen


async def test_counting_costs_an_answer_one_statement_and_a_check_none(database: Database, team: Team) -> None:
    async with database.begin() as session:
        await engine.schedule_checks(session, "T1", {"UMAYA": NINE})
    costs = list[tuple[int, int]]()
    for nth in range(3):
        async with database.begin() as session:
            if nth == 2:
                maya = await people.fetch_person(session, "T1", "UMAYA")
                await settings.store_preferences(session, maya, HourPreferences(is_learned=True), now=NINE)
            nudge = await add_nudge(session, team, at=NINE, about=str(nth))
        answered = await answered_with(database, nudge)
        with statements(database) as checked:
            async with database.begin() as session:
                await run_check(session, team, NINE)
        costs.append((len(answered), len(checked)))

    assert costs[2] == (costs[1][0] + 1, costs[1][1])
