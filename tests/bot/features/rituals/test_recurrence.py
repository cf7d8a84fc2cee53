"""Recurrence rules: their description in words, and rituals that fall on a day off."""

from datetime import UTC, datetime, time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refusal
from bot.features.rituals import recurrence, rules
from bot.features.rituals.models import Ritual
from bot.features.rituals.recurrence import Frequency, Recurrence
from bot.org.availability.working_hours import Day
from bot.org.teams.models import Team
from bot.scheduler.recurrence import dates

CHOICES = [Recurrence(often, day) for often, day in product(Frequency, Day)]


@given(st.sampled_from(CHOICES))
def test_recurrence_rule_built_by_the_form_is_parsed_back_to_the_same_choices(when: Recurrence) -> None:
    read = recurrence.parse_rule(recurrence.build_rule(when))

    assert read == (Recurrence(Frequency.DAILY, Day.MONDAY) if when.often is Frequency.DAILY else when)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=FR", "every Friday at 15:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "every other Thursday at 15:00"),
        ("FREQ=MONTHLY;BYDAY=1MO", "on the first Monday of the month at 15:00"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "on the last Friday of the month at 15:00"),
        ("FREQ=DAILY", "every working day at 15:00"),
        (
            "FREQ=YEARLY;BYMONTH=10;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
            "first full week of October, Tuesday at 15:00",
        ),
        ("FREQ=YEARLY;BYMONTH=10;BYDAY=TU;BYMONTHDAY=1,2,3,4,5,6,7", "on special days at 15:00"),
        ("FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=5", "on special days at 15:00"),
    ],
)
def test_recurrence_rules_are_described_in_words(rule: str, words: str) -> None:
    assert recurrence.describe_rule(rule, time(15)) == words


@given(st.sampled_from(CHOICES), st.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1)))  # noqa: DTZ001
def test_recurrence_rule_yields_the_days_that_its_description_names(when: Recurrence, now: datetime) -> None:
    found = dates(recurrence.build_rule(when), time(10), "UTC", now.replace(tzinfo=UTC), 3)

    assert len(found) == 3
    assert when.often is Frequency.DAILY or {each.weekday() for each in found} == {when.day}
    if when.often is Frequency.FIRST:
        assert all(each.day <= 7 for each in found)
    if when.often is Frequency.FORTNIGHTLY:
        assert (found[1] - found[0]).days == (found[2] - found[1]).days == 14


def in_portugal() -> Team:
    team = Team("T1", "C1", "support", "Europe/Lisbon", None, datetime(2031, 1, 1, tzinfo=UTC))
    team.settings = {"hours": {"country": "PT"}}
    return team


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "then", "comes"),
    [
        ("2031-12-03", "2031-12-10", "2031-12-03"),
        ("2031-12-01", "2031-12-08", "2031-12-02"),  # a holiday on a Monday
        ("2031-12-01", "2031-12-02", None),  # daily, so the next day has its own run
        ("2031-04-25", "2031-05-02", None),  # a holiday on a Friday, so no later working day in the week
        ("2031-12-06", "2031-12-13", None),  # a Saturday
    ],
)
def test_ritual_on_a_day_off_moves_within_its_week_or_is_skipped(day: str, then: str, comes: str | None) -> None:
    ritual = Ritual("T1", 1, "question", "FREQ=WEEKLY;BYDAY=MO", time(10))

    assert rules.run_time(in_portugal(), ritual, at(day), at(then)) == (at(comes) if comes else None)


def test_ritual_outside_working_hours_is_refused() -> None:
    recurrence.check_working_hours(in_portugal(), [at("2031-12-06"), at("2031-12-03")])
    with pytest.raises(Refusal, match="Your team works Mon, Tue, Wed, Thu, Fri from 09:00 to 17:00"):
        recurrence.check_working_hours(in_portugal(), [at("2031-12-06")])
