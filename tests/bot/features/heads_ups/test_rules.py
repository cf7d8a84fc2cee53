"""Rules of heads-ups: tighter limits, hours to cover, and the instants of what hangs on one."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refusal
from bot.features.heads_ups import rules
from bot.features.heads_ups.models import HeadsUp
from bot.features.heads_ups.rules import HOUR, TIGHTER_PERCENT, USUAL_PERCENT, Draft
from bot.org.availability.working_hours import Day, WorkingHours
from bot.refusals import common
from bot.refusals import heads_ups as refusals

NOW = datetime(2031, 3, 4, 10, 30, tzinfo=UTC)
WEEK = WorkingHours("UTC", frozenset(list(Day)[:5]), time(9), time(17))
QUEUES = ("phones", "chat", "e-mail")
MINUTES = st.integers(-3000, 3000).map(lambda minutes: NOW + timedelta(minutes=minutes))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant in March 2031, in which the 4th is a Tuesday."""
    return datetime(2031, 3, day, hour, minute, tzinfo=UTC)


def heads_up(starts_at: datetime, ends_at: datetime, *queues: str, cancelled_at: datetime | None = None) -> HeadsUp:
    return HeadsUp("T1", 1, "U1", "New prices", [*queues], starts_at, ends_at, "", "", 1, cancelled_at=cancelled_at)


@st.composite
def heads_ups(draw: st.DrawFn) -> HeadsUp:
    starts_at, ends_at = sorted((draw(MINUTES), draw(MINUTES)))
    queues = draw(st.lists(st.sampled_from(QUEUES), unique=True))
    return heads_up(starts_at, ends_at, *queues, cancelled_at=draw(st.none() | st.just(NOW)))


@given(st.lists(heads_ups(), max_size=6), st.sampled_from(QUEUES), MINUTES)
def test_limit_is_tighter_once_exactly_while_any_heads_up_about_the_queue_holds(
    found: list[HeadsUp], queue: str, moment: datetime
) -> None:
    holds = [
        each.cancelled_at is None
        and each.starts_at <= moment < each.ends_at
        and (not each.queues or queue in each.queues)
        for each in found
    ]
    assert rules.find_limit_percent(found, queue, moment) == (TIGHTER_PERCENT if any(holds) else USUAL_PERCENT)


@pytest.mark.parametrize("spelt", ["Phones", " phones ", "#phones"])
def test_heads_up_is_about_a_queue_however_its_name_is_spelt(spelt: str) -> None:
    assert heads_up(NOW, NOW + HOUR, "phones").covers(spelt)


@given(MINUTES, st.integers(1, 60 * 24 * 9))
def test_hours_to_cover_are_in_working_hours_overlap_the_heads_up_and_leave_no_gap(
    starts_at: datetime, minutes: int
) -> None:
    ends_at = starts_at + timedelta(minutes=minutes)
    hours = rules.list_hours(WEEK, starts_at, ends_at)
    assert hours == sorted(set(hours))
    assert all(each.weekday() < 5 and 9 <= each.hour < 17 and not each.minute for each in hours)
    assert all(each < ends_at and starts_at < each + HOUR for each in hours)
    for minute in range(0, minutes, 7):
        moment = starts_at + timedelta(minutes=minute)
        if moment.weekday() < 5 and 9 <= moment.hour < 17:
            assert moment.replace(minute=0) in hours


def test_hours_follow_the_shift_over_the_start_of_summer_time_and_over_midnight() -> None:
    lisbon = replace(WEEK, zone="Europe/Lisbon", start=time(22, 30), end=time(2), days=frozenset(Day))
    hours = rules.list_hours(lisbon, at(29, 22), at(30, 12))
    assert hours == [at(29, 22, 30), at(29, 23, 30), at(30, 0, 30)]


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "field", "sentence"),
    [
        (at(6, 9), at(6, 9), rules.UNTIL_DAY, refusals.ENDS_BEFORE_START),
        (at(6, 9), at(5, 9), rules.UNTIL_DAY, refusals.ENDS_BEFORE_START),
        (at(3, 9), at(4, 10, 30), rules.UNTIL_DAY, refusals.OVER_ALREADY),
        (at(6, 9), at(6, 9) + timedelta(days=365), rules.UNTIL_DAY, refusals.too_many_days(60)),
        (at(6, 9), at(6, 9) + timedelta(days=60, hours=1, minutes=1), rules.UNTIL_DAY, refusals.too_many_days(60)),
    ],
)
def test_impossible_times_are_refused_at_their_field(
    starts_at: datetime, ends_at: datetime, field: str, sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_times(starts_at, ends_at, now=NOW)
    assert (refused.value.field, refused.value.sentence) == (field, sentence)


def test_sixty_days_by_the_calendar_are_accepted_when_clocks_go_back_in_between() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    first, last = (datetime(2031, month, day, 9, tzinfo=lisbon).astimezone(UTC) for month, day in ((10, 1), (11, 30)))
    rules.check_times(first, last, now=NOW)


@pytest.mark.parametrize(("starts_at", "days"), [(at(6, 9), 60), (at(3, 9), 2)])
def test_sixty_days_and_a_start_in_the_past_are_accepted(starts_at: datetime, days: int) -> None:
    rules.check_times(starts_at, starts_at + timedelta(days=days), now=NOW)


DRAFT = Draft("New prices", ["phones"], at(6, 9), at(7, 17))


@pytest.mark.parametrize(
    ("draft", "field", "sentence"),
    [
        (replace(DRAFT, title=""), rules.TITLE, refusals.NO_TITLE),
        (replace(DRAFT, title="x" * 101), rules.TITLE, common.too_long(100)),
        (replace(DRAFT, link="wiki"), rules.LINK, refusals.NO_LINK),
        (replace(DRAFT, link="javascript:alert(1)"), rules.LINK, refusals.NO_LINK),
        (replace(DRAFT, link="https://a|b"), rules.LINK, refusals.NO_LINK),
        (replace(DRAFT, link="https://" + "x" * 500), rules.LINK, common.too_long(500)),
        (replace(DRAFT, words="x" * 1001), rules.WORDS, common.too_long(1000)),
        (replace(DRAFT, queues=["fax"]), rules.QUEUES, refusals.unknown_queue("fax")),
        (replace(DRAFT, cover=6), rules.COVER, common.at_most(5)),
    ],
)
def test_draft_is_refused_at_the_field_that_is_wrong(draft: Draft, field: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_draft(draft, QUEUES, now=NOW)
    assert (refused.value.field, refused.value.sentence) == (field, sentence)


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "again_at"),
    [
        (at(6, 9), at(7, 17), at(6, 9)),
        (at(6, 14), at(7, 17), at(6, 9)),
        (at(8, 0), at(10, 12), at(10, 9)),
        (at(8, 0), at(9, 12), None),
    ],
)
def test_card_is_posted_again_on_the_first_working_morning_of_the_heads_up(
    starts_at: datetime, ends_at: datetime, again_at: datetime | None
) -> None:
    assert rules.find_repost_time(WEEK, heads_up(starts_at, ends_at)) == again_at


@pytest.mark.parametrize(
    ("ends_at", "review_at"),
    [
        (at(6, 17), at(7, 9)),
        (at(6, 12), at(7, 9)),
        (at(7, 8), at(7, 9)),
        (at(7, 17), at(10, 9)),
        (at(8, 0), at(10, 9)),
        (at(10, 9), at(11, 9)),
    ],
)
def test_look_back_comes_on_the_first_working_morning_after_the_end(ends_at: datetime, review_at: datetime) -> None:
    assert rules.find_review_time(WEEK, ends_at) == review_at


@pytest.mark.parametrize(
    ("now", "starts_at", "is_eve"),
    [
        (at(5, 9), at(6, 9), True),
        (at(4, 9), at(6, 9), False),
        (at(6, 8), at(6, 9), False),
        (at(7, 9), at(8, 9), True),
        (at(7, 9), at(10, 9), True),
        (at(6, 9), at(8, 9), False),
    ],
)
def test_leaders_are_asked_on_their_last_working_day_before_the_first_day(
    now: datetime, starts_at: datetime, is_eve: bool
) -> None:
    assert rules.is_eve(WEEK, starts_at, now) is is_eve


def test_ritual_is_planned_for_the_working_day_before_the_first_day() -> None:
    assert rules.find_eve(WEEK, at(10, 9)) == date(2031, 3, 7)
