"""Balance: how a leader's time is counted and judged, and that only that leader can read it.

Time is split into parts (kinds of work). Each part has a band, the target range for its share of the time.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import personal_data
from bot.db.sessions import Database
from bot.errors import Refusal
from bot.features.balance import nudges, queries, rules
from bot.features.balance.models import Duty, Part, TimeEntry
from bot.features.balance.nudges import (
    FREE_MORNING,
    LAST_HOUR,
    Facts,
    suggest_last_hour_in_queue,
    suggest_morning_without_queue,
)
from bot.features.balance.rules import Block, DatedEntry, Fortnight, OutOfRange, per_cent
from bot.features.balance.settings import BalancePreferences, Band
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from tests.conftest import TUESDAY

FRONTLINE, PEOPLE, STRATEGY = Part
TODAY = date(2026, 11, 17)
MONDAY = TODAY - timedelta(days=1)
BANDS = BalancePreferences().bands


def pieces(*spent: tuple[int, Part, int]) -> Fortnight:
    """Build a fortnight from time entries: days ago, kind of work, and minutes."""
    return Fortnight(TODAY, [DatedEntry(TODAY - timedelta(days=ago), part, minutes) for ago, part, minutes in spent])


def split(frontline: int, people: int, strategy: int) -> Fortnight:
    """Build a fortnight with these percentages, with enough data to judge but no time entries this week."""
    return pieces((5, FRONTLINE, frontline * 10), (6, PEOPLE, people * 10), (7, STRATEGY, strategy * 10))


EVEN = split(30, 35, 35)


@pytest.mark.parametrize(
    ("fortnight", "part", "by"),
    [
        (EVEN, None, 0),
        (split(15, 35, 50), None, 0),
        (split(5, 40, 55), FRONTLINE, -10),
        (split(60, 25, 15), FRONTLINE, 25),
        (split(35, 15, 50), PEOPLE, -10),
        (split(15, 60, 25), PEOPLE, 15),
        (split(25, 50, 25), STRATEGY, -5),
        (split(35, 45, 20), STRATEGY, -10),
        (split(15, 20, 65), STRATEGY, 15),
        (split(10, 45, 45), FRONTLINE, -5),
        (split(10, 35, 55), FRONTLINE, -5),
    ],
)
def test_balance_reports_the_kind_of_work_farthest_outside_its_target_range(
    fortnight: Fortnight, part: Part | None, by: int
) -> None:
    found = rules.find_out_of_range(fortnight, BANDS)

    assert found == (OutOfRange(part, by) if part else None)


@pytest.mark.parametrize(
    ("fortnight", "is_telling"),
    [
        (pieces(), False),
        (pieces((1, STRATEGY, 600)), False),
        (pieces((1, STRATEGY, 100), (2, PEOPLE, 100), (3, PEOPLE, 159)), False),
        (pieces((1, STRATEGY, 100), (2, PEOPLE, 100), (3, PEOPLE, 160)), True),
        (pieces((1, FRONTLINE, 300), (2, PEOPLE, 300), (3, PEOPLE, 300)), False),
    ],
)
def test_balance_is_judged_only_with_six_hours_on_three_days_and_some_strategy(
    fortnight: Fortnight, is_telling: bool
) -> None:
    assert fortnight.has_enough_data is is_telling


def seat(**own: str) -> Seat:
    maya = Person("T1", "UMAYA", "maya", "Europe/Lisbon")
    BalancePreferences.model_validate(own).keep(maya)
    return Seat(maya, Team("T1", "C1", "support", "Europe/Lisbon", None, TUESDAY), Role.LEADER)


def due_nudges(fortnight: Fortnight, **own: str) -> dict[str, dict[str, Any]]:
    """Return the facts of each nudge that is due on `TODAY`, by the nudge's kind."""
    facts = Facts(fortnight, MONDAY, "16:00")
    found = [rule(seat(**own), facts) for rule in (suggest_last_hour_in_queue, suggest_morning_without_queue)]
    return {each.kind.removeprefix("balance."): each.facts for each in found if each}


LITTLE_FRONTLINE = [(9, PEOPLE, 300), (8, FRONTLINE, 20), (7, STRATEGY, 300)]
MUCH_FRONTLINE = [(9, PEOPLE, 60), (8, FRONTLINE, 300), (7, STRATEGY, 60)]


@pytest.mark.parametrize(
    ("spent", "kinds"),
    [
        ([], []),
        ([(1, STRATEGY, 400)], []),
        ([(1, STRATEGY, 180), *LITTLE_FRONTLINE], ["last_hour"]),
        ([(1, STRATEGY, 179), *LITTLE_FRONTLINE], []),
        ([(1, STRATEGY, 180), (1, PEOPLE, 5), *LITTLE_FRONTLINE], []),
        ([(2, STRATEGY, 180), *LITTLE_FRONTLINE], []),
        ([(1, FRONTLINE, 240), *MUCH_FRONTLINE], ["free_morning"]),
        ([(1, FRONTLINE, 239), *MUCH_FRONTLINE], []),
        ([(1, FRONTLINE, 240), (7, STRATEGY, 300), (8, PEOPLE, 250)], []),
        ([(1, STRATEGY, 300), (8, FRONTLINE, 240), (9, PEOPLE, 250)], []),
        ([(1, FRONTLINE, 300), (2, PEOPLE, 300), (3, PEOPLE, 300)], []),
    ],
)
def test_at_most_one_balance_nudge_is_sent_and_only_outside_the_target_range(
    spent: list[tuple[int, Part, int]], kinds: list[str]
) -> None:
    assert list(due_nudges(pieces(*spent))) == kinds


def test_balance_nudges_use_the_target_ranges_that_the_leader_set() -> None:
    leaning = pieces((1, STRATEGY, 180), *LITTLE_FRONTLINE)

    assert "last_hour" in due_nudges(leaning)
    assert "last_hour" not in due_nudges(leaning, frontline="0–20", strategy="30–70")


def test_balance_nudges_contain_only_numbers() -> None:
    leaning = pieces((1, STRATEGY, 180), *LITTLE_FRONTLINE)

    assert due_nudges(leaning) == {"last_hour": {"minutes": 180, "at": "16:00"}}


@pytest.mark.parametrize(
    ("amounts", "shares"),
    [
        ([26, 19, 56], [26, 19, 55]),
        ([1, 1, 1], [33, 33, 33]),
        ([1, 1, 4], [17, 17, 67]),
        ([5, 0, 0], [100, 0, 0]),
        ([0, 0, 0], [0, 0, 0]),
        ([1, 199, 0], [1, 100, 0]),
        ([255, 185, 560], [26, 19, 56]),
        ([7], [100]),
        ([], []),
    ],
)
def test_balance_percentages_are_rounded_and_equal_for_equal_amounts(amounts: list[int], shares: list[int]) -> None:
    assert per_cent(amounts) == shares


@given(st.lists(st.integers(0, 600), min_size=1, max_size=9))
def test_rounded_balance_percentages_are_off_by_at_most_half_a_point(amounts: list[int]) -> None:
    shares, total = per_cent(amounts), sum(amounts)

    assert all(abs(share - 100 * amount / (total or 1)) <= 0.5 for share, amount in zip(shares, amounts, strict=True))


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"frontline": "20 to 30 %"}, None),
        ({"frontline": "20-30"}, None),
        ({"people": "30–30"}, "The first number must be the smaller one"),
        ({"people": "45–25"}, "The first number must be the smaller one"),
        ({"people": "45–125"}, "neither above 100"),
        ({"people": "half"}, "Enter two numbers"),
        ({"people": ""}, "Enter two numbers"),
        ({"frontline": "50–60", "people": "40–50", "strategy": "11–20"}, "add up to more than 100"),
        ({"frontline": "10–20", "people": "10–20", "strategy": "10–59"}, "add up to less than 100"),
    ],
)
def test_target_range_is_two_numbers_that_are_feasible_with_the_other_ranges(
    own: dict[str, str], told: str | None
) -> None:
    if told is None:
        assert BalancePreferences.model_validate(own).bands[FRONTLINE] in (Band(20, 30),)
        return
    with pytest.raises(ValidationError, match=told):
        BalancePreferences.model_validate(own)


async def maya(session: AsyncSession, id: str = "UMAYA") -> Person:
    return await people.fetch_person(session, "T1", id)


async def count(session: AsyncSession, team: Team, source: str, minutes: int = 30, **more: Any) -> None:
    told: dict[str, Any] = {"part": FRONTLINE, "started_at": TUESDAY - timedelta(hours=1), "now": TUESDAY}
    await queries.add_measured_time(session, team, "UMAYA", minutes=minutes, source=source, **(told | more))


async def test_measured_time_from_the_same_source_is_counted_once(session: AsyncSession, team: Team) -> None:
    for minutes in (30, 45):
        await count(session, team, "stint:1", minutes)
    await count(session, team, "stint:2", 0)
    await count(session, team, "stint:3", 6000)
    assert (await queries.fetch_two_weeks(session, await maya(session), TUESDAY)).total == 30 + 600


async def test_fortnight_of_a_balance_starts_at_midnight_in_the_leaders_zone(session: AsyncSession, team: Team) -> None:
    first = datetime(2026, 11, 4, tzinfo=UTC)
    for nth, at in enumerate([first - timedelta(minutes=1), first, TUESDAY, TUESDAY + timedelta(minutes=1)]):
        await count(session, team, f"stint:{nth}", 10 + nth, started_at=at)
    found = await queries.fetch_two_weeks(session, await maya(session), TUESDAY)

    assert [(piece.day, piece.minutes) for piece in found.pieces] == [(date(2026, 11, 4), 11), (TODAY, 12)]


async def test_time_entries_of_many_leaders_are_read_with_one_query(
    database: Database, session: AsyncSession, team: Team
) -> None:
    await membership.set_leaders(session, team, leaders=["UMAYA", "UANA", "UBEN", "UELI"], now=TUESDAY)
    leaders = (await session.scalars(select(Person).where(Person.id.in_(["UMAYA", "UANA", "UBEN", "UELI"])))).all()
    seats = [Seat(each, team, Role.LEADER) for each in leaders]
    asked: list[str] = []
    event.listen(database.writer.sync_engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    await nudges.find_reminders(session, seats, TUESDAY)

    assert len(asked) == 1


async def test_only_leaders_get_balance_nudges_and_each_leader_gets_one(session: AsyncSession, team: Team) -> None:
    for nth, (ago, part, minutes) in enumerate([(1, STRATEGY, 180), *LITTLE_FRONTLINE]):
        at = TUESDAY - timedelta(days=ago)
        await count(session, team, f"stint:{nth}", minutes, part=part, started_at=at)
    person = await maya(session)
    twice = [Seat(person, team, Role.LEADER), Seat(person, team, Role.LEADER)]

    assert [each.kind for each in await nudges.find_reminders(session, twice, TUESDAY)] == [LAST_HOUR]
    assert await nudges.find_reminders(session, [Seat(person, team, Role.AGENT)], TUESDAY) == []


@pytest.mark.parametrize(("hours", "kinds"), [(1.9, [FREE_MORNING]), (2, [])])
async def test_free_morning_is_suggested_only_before_noon(
    session: AsyncSession, team: Team, hours: float, kinds: list[str]
) -> None:
    for nth, (ago, part, minutes) in enumerate([(1, FRONTLINE, 240), *MUCH_FRONTLINE]):
        at = TUESDAY - timedelta(days=ago)
        await count(session, team, f"stint:{nth}", minutes, part=part, started_at=at)
    seats = [Seat(await maya(session), team, Role.LEADER)]

    found = await nudges.find_reminders(session, seats, TUESDAY + timedelta(hours=hours))
    assert [each.kind for each in found] == kinds


async def log(session: AsyncSession, who: str, block: Block, **more: Any) -> TimeEntry:
    return await queries.log_block(session, await maya(session, who), block, source="Ev1", now=TUESDAY, **more)


async def test_block_of_time_is_logged_for_a_day_in_the_leaders_zone(session: AsyncSession, team: Team) -> None:
    span = await log(session, "UMAYA", Block(STRATEGY, 90, Duty.STAFFING), day=MONDAY)

    assert (span.team_id, span.started_at, span.source) == (
        team.id, datetime(2026, 11, 16, 12, tzinfo=UTC), "log:Ev1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("who", "block", "day", "told"),
    [
        ("UANA", Block(PEOPLE, 30), None, "shows leaders how they spend their time"),
        ("UMAYA", Block(PEOPLE, 4), None, "between 5 minutes and 10 hours"),
        ("UMAYA", Block(PEOPLE, 601), None, "between 5 minutes and 10 hours"),
        (
            "UMAYA",
            Block(STRATEGY, 30),
            None,
            "staffing, training, quality, advocacy, engineering, product or self-service",
        ),
        ("UMAYA", Block(PEOPLE, 30, Duty.TRAINING), None, "“training” goes with strategy"),
        ("UMAYA", Block(PEOPLE, 30), TODAY + timedelta(days=1), "one of the last 14 days"),
        ("UMAYA", Block(PEOPLE, 30), TODAY - timedelta(days=14), "one of the last 14 days"),
    ],
)
async def test_invalid_block_of_time_is_refused_with_a_reason(
    session: AsyncSession, team: Team, who: str, block: Block, day: date | None, told: str
) -> None:
    with pytest.raises(Refusal, match=told):
        await log(session, who, block, day=day)


async def test_nobody_sees_or_removes_time_entries_of_another_leader(session: AsyncSession, team: Team) -> None:
    await membership.set_leaders(session, team, leaders=["UMAYA", "UBEN"], now=TUESDAY)
    ben = await maya(session, "UBEN")
    ben.is_admin = True
    span = await log(session, "UMAYA", Block(PEOPLE, 30))

    assert (await queries.fetch_two_weeks(session, ben, TUESDAY)).total == 0
    assert await queries.fetch_logged(session, ben) == []
    with pytest.raises(Refusal, match="entry no longer exists"):
        await queries.remove_block(session, ben, span.id)
    assert (await queries.fetch_two_weeks(session, await maya(session), TUESDAY)).total == 30


async def test_automatic_time_entries_cannot_be_removed_by_hand(session: AsyncSession, team: Team) -> None:
    await count(session, team, "stint:1")
    (span,) = await session.scalars(select(TimeEntry))

    with pytest.raises(Refusal, match="entry no longer exists"):
        await queries.remove_block(session, await maya(session), span.id)
    assert await queries.fetch_logged(session, await maya(session)) == []


async def test_expired_time_entries_are_deleted_in_batches(session: AsyncSession, team: Team) -> None:
    for nth in range(3):
        await count(session, team, f"stint:{nth}", started_at=TUESDAY - timedelta(days=401))
    await count(session, team, "stint:new")

    assert [await personal_data.prune(session, "T1", now=TUESDAY, limit=2) for _ in range(3)] == [2, 1, 0]
    assert len((await session.scalars(select(TimeEntry))).all()) == 1
