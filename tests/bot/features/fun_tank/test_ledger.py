"""The fun tank's ledger: its sum equals the tank's level after any sequence of movements."""

import asyncio
import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import personal_data
from bot.db.personal_data import RETENTION
from bot.db.sessions import Database
from bot.features.fun_tank import ledger as fun_tank_ledger
from bot.features.fun_tank import queries
from bot.features.fun_tank.models import Movement, PrivateEntry, Tank
from bot.features.fun_tank.rules import RATES, Cause, Moved
from bot.features.fun_tank.settings import Settings
from bot.org.teams.models import Team
from tests.conftest import TUESDAY

A_DAY = timedelta(days=1)
ABOUTS = ["a", "b", "c"]
ACTS = [
    Cause.SHOUTOUT, Cause.CELEBRATION, Cause.RITUAL, Cause.PROMISE, Cause.ROADBLOCK, Cause.SPIKE, Cause.CONTACT,
    Cause.PRIVATE_THANKS, Cause.PRIVATE_FOLLOWUP,
]  # fmt: skip
PRIVATE = (Cause.CONTACT, Cause.PRIVATE_THANKS, Cause.PRIVATE_FOLLOWUP)

steps = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.sampled_from(ACTS), st.sampled_from(ABOUTS)),
        st.tuples(st.just("many"), st.sampled_from(ACTS), st.integers(2, 14)),
        st.tuples(st.just("spike"), st.sampled_from(ABOUTS), st.integers(5, 15)),
        st.tuples(st.just("back"), st.sampled_from(ACTS), st.sampled_from(ABOUTS)),
        st.tuples(st.just("days"), st.integers(1, 4)),
        st.tuples(st.just("week")),
        st.tuples(st.just("prune"), st.integers(0, 20)),
    ),
    max_size=25,
)
_numbers = itertools.count()


async def ledger(session: AsyncSession, team: Team) -> list[Movement]:
    theirs = select(Movement).where(Movement.team_id == team.id).order_by(Movement.moved_at, Movement.id)
    return list(await session.scalars(theirs))


async def level(session: AsyncSession, team: Team) -> int:
    return await queries.fetch_level(session, team)


async def move(session: AsyncSession, team: Team, cause: Cause, about: str, now: datetime = TUESDAY) -> None:
    await fun_tank_ledger.record_movement(session, team, cause, about=about, now=now)


async def moved(session: AsyncSession, team: Team, now: datetime = TUESDAY) -> dict[Cause, Moved]:
    return await queries.recent_movements(session, team, now=now)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=steps)
async def test_sum_of_the_ledger_equals_the_tank_level(database: Database, team: Team, steps: list[tuple]) -> None:  # type: ignore[type-arg]
    now = TUESDAY
    await _empty(database, team)
    for step in steps:
        async with database.begin() as session:
            now = await _take(session, team, step, now)
        async with database.reading() as session:
            rows = await ledger(session, team)
            at = await level(session, team)
            _is_right(rows, at)


async def _take(session: AsyncSession, team: Team, step: tuple, now: datetime) -> datetime:  # type: ignore[type-arg]
    match step:
        case ("move", cause, about):
            await move(session, team, cause, about, now)
        case ("many", cause, number):
            for _ in range(number):
                await move(session, team, cause, f"{next(_numbers)}", now)
        case ("spike", about, size):
            await fun_tank_ledger.record_movement(session, team, Cause.SPIKE, about=about, amount=-size, now=now)
        case ("back", cause, about):
            await fun_tank_ledger.reverse_movement(session, team, cause, about=about, now=now)
        case ("days", number):
            now += number * A_DAY
            await fun_tank_ledger.drain_for_workday(session, team, now=now)
        case ("week",):
            await fun_tank_ledger.sum_up_weeks(session, team, now=now)
        case ("prune", number):
            await personal_data.prune(
                session, team.workspace_id, now=now - 5 * A_DAY + RETENTION, limit=number, models=[Movement]
            )
    return now


def _is_right(rows: list[Movement], at: int) -> None:
    assert at == (sum(each.amount for each in rows) if rows else 60)
    assert 0 <= at <= 100
    assert not {each.cause for each in rows} & set(PRIVATE)
    days: dict[tuple[str, date], int] = {}
    for each in rows:
        days[each.cause, each.moved_on] = days.get((each.cause, each.moved_on), 0) + each.amount
    for (cause, _), amount in days.items():
        assert (most := RATES[Cause(cause)].daily) is None or amount <= most


async def _empty(database: Database, team: Team) -> None:
    async with database.begin() as session:
        for table in (Movement, PrivateEntry, Tank):
            await session.execute(delete(table).where(table.team_id == team.id))


async def test_fun_tank_starts_at_60_with_a_ledger_row_for_the_start(session: AsyncSession, team: Team) -> None:
    assert await level(session, team) == 60
    await move(session, team, Cause.PROMISE, "1")

    assert await level(session, team) == 63
    assert [(each.cause, each.amount) for each in await ledger(session, team)] == [("start", 60), ("promise", 3)]


async def test_each_event_changes_the_fun_tank_only_once(session: AsyncSession, team: Team) -> None:
    for cause in (Cause.ROADBLOCK, Cause.ROADBLOCK, Cause.PROMISE):
        await move(session, team, cause, "7")

    assert await level(session, team) == 67


async def test_shoutouts_are_capped_at_ten_per_day_in_the_teams_zone(session: AsyncSession, team: Team) -> None:
    midnight = datetime(2026, 11, 18, tzinfo=UTC)  # midnight in Lisbon too
    for number in range(13):
        await move(session, team, Cause.SHOUTOUT, f"{number}", midnight - timedelta(minutes=1))
    assert await level(session, team) == 70

    await move(session, team, Cause.SHOUTOUT, "13", midnight)
    assert await level(session, team) == 71
    assert (await moved(session, team, midnight))[Cause.SHOUTOUT] == Moved(14, 11)


async def test_reversing_a_movement_of_a_full_tank_subtracts_only_what_it_actually_added(
    session: AsyncSession, team: Team
) -> None:
    for number in range(5):
        await move(session, team, Cause.CELEBRATION, f"{number}", TUESDAY - number * A_DAY)
    assert await level(session, team) == 100
    await move(session, team, Cause.PROMISE, "1")
    await fun_tank_ledger.reverse_movement(session, team, Cause.PROMISE, about="1", now=TUESDAY)
    await move(session, team, Cause.PROMISE, "2")

    assert await level(session, team) == 100


async def test_reversed_movement_of_the_fun_tank_can_be_recorded_again(session: AsyncSession, team: Team) -> None:
    for expected in (61, 60, 61):
        if expected == 60:
            await fun_tank_ledger.reverse_movement(session, team, Cause.SHOUTOUT, about="1", now=TUESDAY)
        else:
            await move(session, team, Cause.SHOUTOUT, "1")
        assert await level(session, team) == expected
    await fun_tank_ledger.reverse_movement(session, team, Cause.SHOUTOUT, about="2", now=TUESDAY)

    assert await level(session, team) == 61
    assert (await moved(session, team))[Cause.SHOUTOUT] == Moved(1, 1)


async def in_weeks(session: AsyncSession, team: Team, *weeks: str) -> list[tuple[int, str]]:
    """Record a private event for each letter (a person) of each week, and return the weekly sums in the ledger."""
    for number, people in enumerate(weeks):
        monday = TUESDAY + (7 * number - 1) * A_DAY
        await fun_tank_ledger.sum_up_weeks(session, team, now=monday)
        for nth, whose in enumerate(people):
            about = f"{number} {nth}"
            await fun_tank_ledger.record_movement(
                session, team, Cause.CONTACT, about=about, person_pseudonym=whose, now=monday + A_DAY
            )
    await fun_tank_ledger.sum_up_weeks(session, team, now=TUESDAY + (7 * len(weeks) - 1) * A_DAY)
    return [(each.amount, each.about) for each in await ledger(session, team) if each.cause == Cause.PRIVATE]


@pytest.mark.parametrize(
    ("weeks", "moved", "left"),
    [
        (["abc"], [(-9, "2026-11-16")], 0),
        (["aabc"], [(-12, "2026-11-16")], 0),
        (["aaaa"], [], 4),
        (["ab"], [], 2),
        (["ab", "c"], [(-9, "2026-11-23")], 0),
        (["ab", "ab"], [], 2),
        (["ab", "", "c"], [], 1),
        (["a", "b", "c"], [], 1),
        (["ab", "c", "a"], [(-9, "2026-11-23")], 1),
        (["abc", "d"], [(-9, "2026-11-16")], 1),
        (["ab", "c", "abc"], [(-9, "2026-11-23"), (-9, "2026-11-30")], 0),
    ],
)
async def test_private_entries_count_only_in_a_weekly_sum_of_at_least_three_people(
    session: AsyncSession, team: Team, weeks: list[str], moved: list[tuple[int, str]], left: int
) -> None:
    assert await in_weeks(session, team, *weeks) == moved
    assert len((await session.scalars(select(PrivateEntry))).all()) == left


async def test_private_entries_count_only_after_their_week_ends(session: AsyncSession, team: Team) -> None:
    for whose in "abc":
        await fun_tank_ledger.record_movement(
            session, team, Cause.CONTACT, about=whose, person_pseudonym=whose, now=TUESDAY
        )
    await fun_tank_ledger.reverse_movement(session, team, Cause.CONTACT, about="c", now=TUESDAY)
    await fun_tank_ledger.record_movement(
        session, team, Cause.PRIVATE_THANKS, about="d", person_pseudonym="d", now=TUESDAY + A_DAY
    )
    await fun_tank_ledger.sum_up_weeks(session, team, now=TUESDAY + 5 * A_DAY)
    assert await level(session, team) == 60

    await fun_tank_ledger.sum_up_weeks(session, team, now=TUESDAY + 6 * A_DAY)
    assert await level(session, team) == 55


async def test_overdue_weekly_sums_of_private_entries_are_computed_per_week(session: AsyncSession, team: Team) -> None:
    for number, people in enumerate(("ab", "c", "d", "def")):
        for whose in people:
            at = TUESDAY + 7 * number * A_DAY
            await fun_tank_ledger.record_movement(
                session, team, Cause.CONTACT, about=f"{number} {whose}", person_pseudonym=whose, now=at
            )
    await fun_tank_ledger.sum_up_weeks(session, team, now=TUESDAY + 27 * A_DAY)

    assert [each.amount for each in await ledger(session, team) if each.cause == Cause.PRIVATE] == [-9, -12]
    assert (await session.scalars(select(PrivateEntry))).all() == []


async def test_fun_tank_drains_once_a_day_by_the_amount_that_the_team_set(session: AsyncSession, team: Team) -> None:
    Settings(drain=4).keep(team)
    for _ in range(2):
        await fun_tank_ledger.drain_for_workday(session, team, now=TUESDAY)

    assert await level(session, team) == 56


async def test_full_tank_is_announced_again_only_after_its_level_fell_well_below_the_mark(
    session: AsyncSession, team: Team
) -> None:
    heard = []
    amounts = (20, 1, 8, -11, 6, -16, 12, 1)
    for number, amount in enumerate(amounts):  # 80, 81, 89, 78, 84, 68, 80, 81
        await fun_tank_ledger.record_movement(
            session, team, Cause.PRIVATE, about=f"{number}", amount=amount, now=TUESDAY
        )
        heard.append(await fun_tank_ledger.claim_full_notice(session, team))

    assert heard == [False, True, False, False, False, False, False, True]


@pytest.mark.own_database
async def test_concurrent_movements_of_the_fun_tank_add_up_and_respect_the_daily_cap(
    database: Database, team: Team
) -> None:
    async def one(number: int) -> None:
        async with database.begin() as session:
            await move(session, team, Cause.SHOUTOUT, f"{number % 12}")

    await asyncio.gather(*(one(number) for number in range(24)))
    async with database.reading() as session:
        rows = await ledger(session, team)
        assert await level(session, team) == 70 == sum(each.amount for each in rows)
        assert len(rows) == 13


async def test_amounts_of_deleted_movements_are_added_to_the_first_row_of_the_ledger(
    session: AsyncSession, team: Team
) -> None:
    for days in range(4):
        await move(session, team, Cause.PROMISE, f"{days}", TUESDAY + days * A_DAY)
    await session.flush()
    gone = await personal_data.prune(session, team.workspace_id, now=TUESDAY + 2 * A_DAY + RETENTION, limit=10)

    assert gone == 2
    session.expire_all()
    assert [(each.cause, each.amount) for each in await ledger(session, team)] == [
        ("start", 66), ("promise", 3), ("promise", 3),
    ]  # fmt: skip


async def test_gauge_shows_the_levels_of_the_fun_tank_in_past_weeks(session: AsyncSession, team: Team) -> None:
    await move(session, team, Cause.CELEBRATION, "1", TUESDAY)
    await move(session, team, Cause.PROMISE, "1", TUESDAY + 8 * A_DAY)
    found = await queries.fetch_gauge(session, team, now=TUESDAY + 14 * A_DAY)

    assert [(each.day.day, each.level) for each in found.weeks] == [(17, 68), (24, 68), (1, 71)]
    assert found.moved == {Cause.PROMISE: Moved(1, 3)}


@pytest.mark.parametrize(
    ("cause", "amount", "most"),
    [
        (Cause.SHOUTOUT, None, 10),
        (Cause.CELEBRATION, None, 16),
        (Cause.RITUAL, None, 10),
        (Cause.PROMISE, None, 9),
        (Cause.ROADBLOCK, None, 12),
        (Cause.SPIKE, -15, -20),
        (Cause.SPIKE, -7, -20),
    ],
)
async def test_each_cause_moves_the_fun_tank_only_up_to_a_daily_cap(
    session: AsyncSession, team: Team, cause: Cause, amount: int | None, most: int
) -> None:
    for number in range(30):
        await fun_tank_ledger.record_movement(session, team, cause, about=f"{number}", amount=amount, now=TUESDAY)
    assert await level(session, team) == 60 + most

    await fun_tank_ledger.record_movement(session, team, cause, about="30", amount=amount, now=TUESDAY + A_DAY)
    assert await level(session, team) == 60 + most + (amount or RATES[cause].amount)


async def test_movement_that_is_reversed_and_recorded_again_repeatedly_counts_once(
    session: AsyncSession, team: Team
) -> None:
    """A spike that reopens many times has its movement reversed and recorded again each time."""
    for _ in range(10):
        await fun_tank_ledger.reverse_movement(session, team, Cause.SPIKE, about="1", now=TUESDAY)
        await fun_tank_ledger.record_movement(session, team, Cause.SPIKE, about="1", amount=-15, now=TUESDAY)

    assert await level(session, team) == 45
