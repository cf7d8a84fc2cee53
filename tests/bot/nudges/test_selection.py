"""Selection of nudges: examples, and properties that hold for any history."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nudges.models import Nudge, NudgeCheck, NudgeState
from bot.nudges.pace import count_cost
from bot.nudges.selection import BUDGET, Candidate, Urgency, select_candidates
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team

NOW = datetime(2026, 11, 17, 9, tzinfo=UTC)
A_DAY = timedelta(days=1)
SEAT = Seat(
    Person("T1", "UMAYA", "maya", "Europe/Lisbon"), Team("T1", "C1", "support", "Europe/Lisbon", None, NOW), Role.LEADER
)


def candidate(kind: str, about: str = "", urgency: Urgency = Urgency.THIS_WEEK, every: int = 7) -> Candidate:
    return Candidate(SEAT, kind, about=about, urgency=urgency, every=every * A_DAY)


def nudge(kind: str, days_ago: float, state: NudgeState = NudgeState.DONE, about: str = "", **more: Any) -> Nudge:
    said_at = NOW - days_ago * A_DAY
    ends_at = more.pop("ends_at", said_at + A_DAY)
    return Nudge("T1", 1, "UMAYA", kind, about, {}, f"card {days_ago}", said_at, ends_at, state=state, **more)


def kinds(candidates: list[Candidate], before: list[Nudge], *, left: int = BUDGET, muted: tuple[str, ...] = ()) -> str:
    return " ".join(
        f"{each.kind}{each.about}" for each in select_candidates(candidates, before, muted, left=left, now=NOW)
    )


A, B, C = candidate("a"), candidate("b"), candidate("c")
TODAY = candidate("today", urgency=Urgency.TODAY)


@pytest.mark.parametrize(
    ("candidates", "before", "said"),
    [
        ([], [], ""),
        ([A], [], "a"),
        ([A, B, C], [], "a b"),
        ([A, B, TODAY], [], "today a"),
        ([A, B, C], [nudge("a", 8), nudge("b", 9)], "c b"),
        ([A, B, C], [nudge("a", 6)], "b c"),
        ([A], [nudge("a", 7)], "a"),
        ([A], [nudge("a", 0.5, NudgeState.SAID)], ""),
        ([A], [nudge("a", 8, NudgeState.SNOOZED, ends_at=NOW + A_DAY)], ""),
        ([A], [nudge("a", 8, NudgeState.DECLINED)], "a"),
        ([candidate("a", "1"), candidate("a", "2")], [nudge("a", 1, about="1")], "a2"),
        ([candidate("a", "1"), candidate("a", "1")], [], "a1"),
    ],
)
def test_urgent_nudges_come_first_and_then_those_sent_longest_ago(
    candidates: list[Candidate], before: list[Nudge], said: str
) -> None:
    assert kinds(candidates, before) == said


def test_daily_budget_of_nudges_is_not_exceeded() -> None:
    assert kinds([A, B, C, TODAY], [], left=1) == "today"
    assert kinds([A, B, C, TODAY], [], left=0) == ""
    assert kinds([A], [], left=-1) == ""


def test_late_job_about_yesterday_spends_the_budget_of_today() -> None:
    yesterday, today, tomorrow = (date(2026, 11, day) for day in (16, 17, 18))
    check = NudgeCheck("T1", "UMAYA", NOW)
    check.spend(today, 1)
    check.spend(yesterday, 1)

    assert [check.left(day, BUDGET) for day in (yesterday, today, tomorrow)] == [0, 0, BUDGET]


def test_muted_kinds_of_nudges_are_not_selected() -> None:
    assert kinds([A, B], [], muted=("a",)) == "b"


def test_three_nudges_of_a_kind_count_as_one_in_the_budget_if_sent_together() -> None:
    many = [candidate("a", str(number), Urgency.AWAITED) for number in range(5)]
    said = select_candidates([*many, B, C], [], (), left=2, together={"a": 3}, now=NOW)
    assert [each.about for each in said] == ["0", "1", "2", "3", "4"]
    said = select_candidates([*many[:3], B, C], [], (), left=2, together={"a": 3}, now=NOW)
    assert [f"{each.kind}{each.about}" for each in said] == ["a0", "a1", "a2", "b"]
    assert [count_cost(["a"] * many, {"a": 3}) for many in range(5)] == [0, 1, 1, 1, 2]


def test_urgent_kind_does_not_keep_a_less_urgent_one_from_coming_at_all() -> None:
    """The order is by urgency times the days for which the kind was not sent: 4 x 3 against 2 x 8, and 4 x 5."""
    urgent = candidate("urgent", urgency=Urgency.AWAITED, every=1)

    assert kinds([urgent, A], [nudge("urgent", 3), nudge("a", 8)], left=1) == "a"
    assert kinds([urgent, A], [nudge("urgent", 5), nudge("a", 8)], left=1) == "urgent"


def test_nudge_that_somebody_is_waiting_for_comes_before_a_nudge_due_today() -> None:
    assert kinds([TODAY, A, candidate("awaited", urgency=Urgency.AWAITED)], [], left=1) == "awaited"


CANDIDATES = st.lists(
    st.builds(candidate, st.sampled_from("abcde"), st.sampled_from(["", "1", "2"]), st.sampled_from(Urgency)),
    max_size=12,
)
BEFORE = st.lists(
    st.builds(nudge, st.sampled_from("abcde"), st.floats(0, 80), st.sampled_from(NudgeState)), max_size=20
)


@given(CANDIDATES, BEFORE, st.integers(0, 3), st.sets(st.sampled_from("abcde")))
def test_selected_nudges_respect_budget_mutes_and_intervals_and_are_never_duplicates(
    candidates: list[Candidate], before: list[Nudge], left: int, muted: set[str]
) -> None:
    before.sort(key=lambda each: each.said_at, reverse=True)
    said = select_candidates(candidates, before, muted, left=left, now=NOW)

    assert len(said) <= left
    assert not {each.kind for each in said} & muted
    assert len({(each.kind, each.about) for each in said}) == len(said)
    for each in said:
        earlier = [old for old in before if (old.kind, old.about) == (each.kind, each.about)]
        assert all(NOW - old.said_at >= each.every for old in earlier)
