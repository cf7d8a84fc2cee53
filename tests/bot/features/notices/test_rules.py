"""Tests of the rules of change notices: what a notice may say, how many a week, and what is marked as new."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refusal
from bot.features.notices import rules
from bot.features.notices.rules import CHANGE, DETAILS, ENDS_ON, LINK, NoticeText

TODAY = date(2031, 3, 5)
MONDAY = date(2031, 3, 3)
DAY = timedelta(days=1)
DRAFT = NoticeText("Refunds wait", "Ask first.", "https://wiki/refunds", TODAY, TODAY + 14 * DAY)


@pytest.mark.parametrize(
    "draft",
    [
        DRAFT,
        replace(DRAFT, details="", link=""),
        replace(DRAFT, starts_on=TODAY - 3 * DAY),
        replace(DRAFT, ends_on=TODAY),
        replace(DRAFT, starts_on=TODAY + 300 * DAY, ends_on=TODAY + 360 * DAY),
        replace(DRAFT, details="x" * rules.LONGEST_DETAILS),
    ],
)
def test_draft_is_accepted(draft: NoticeText) -> None:
    rules.check_draft(draft, TODAY)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (replace(DRAFT, change=""), CHANGE),
        (replace(DRAFT, change="x" * (rules.LONGEST_CHANGE + 1)), CHANGE),
        (replace(DRAFT, details="x" * (rules.LONGEST_DETAILS + 1)), DETAILS),
        (replace(DRAFT, link="wiki/refunds"), LINK),
        (replace(DRAFT, link="javascript:alert(1)"), LINK),
        (replace(DRAFT, ends_on=TODAY - DAY), ENDS_ON),
        (replace(DRAFT, starts_on=TODAY + 20 * DAY), ENDS_ON),
        (replace(DRAFT, ends_on=TODAY + 61 * DAY), ENDS_ON),
    ],
)
def test_draft_is_refused_at_the_field_that_is_wrong(draft: NoticeText, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_draft(draft, TODAY)
    assert refused.value.field == field


@given(st.lists(st.integers(-20, 20), max_size=8), st.integers(0, 6))
def test_at_most_two_notices_are_allowed_in_a_calendar_week(days: list[int], weekday: int) -> None:
    today = MONDAY + weekday * DAY
    asked_on = [(MONDAY + day * DAY).isoformat() for day in days]
    in_this_week = sum(0 <= day <= 6 for day in days)
    if in_this_week < rules.MOST_A_WEEK:
        rules.check_weekly_limit(asked_on, today)
    else:
        with pytest.raises(Refusal):
            rules.check_weekly_limit(asked_on, today)


def test_week_around_new_year_is_one_week() -> None:
    with pytest.raises(Refusal):
        rules.check_weekly_limit(["2030-12-30", "2031-01-01"], date(2031, 1, 3))


def test_only_new_lines_of_a_later_edition_are_marked() -> None:
    lines = ["Refunds wait", "", "Ask first.", "Ask a leader."]
    assert not any(is_new for _, is_new in rules.split_lines(lines, []))
    marked = rules.split_lines(lines, ["Refunds wait", "Ask first."])
    assert [line for line, is_new in marked if is_new] == ["Ask a leader."]
