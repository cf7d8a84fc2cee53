"""Reminders of promises: from two working days before the due date until after it, and how urgent they are."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.db.models import Private
from bot.features.promises import remind
from bot.followups.models import Followup, Kind, State
from bot.nudges.models import Nudge, NudgeState
from bot.nudges.selection import Urgency, select_candidates
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
DAY = timedelta(days=1)
TEAM = Team("T1", "C1", "support", "Europe/Lisbon", None, MONDAY)
SEAT = Seat(Person("T1", "UMAYA", "maya", "Europe/Lisbon"), TEAM, Role.LEADER)


def promise(due_on: date = date(2026, 11, 20)) -> Followup:
    this = Followup("T1", 1, Kind.PROMISE, "UMAYA", Private("ask IT"), MONDAY, State.OWNED, owner_id="UMAYA")
    this.id, this.due_on = 7, due_on
    return this


@pytest.mark.parametrize(
    ("after", "urgency"),
    [(1, None), (2, Urgency.AWAITED), (3, Urgency.AWAITED), (4, Urgency.LAST_DAY), (7, Urgency.TODAY)],
)
def test_owner_is_nudged_from_two_working_days_before_a_promise_is_due(after: int, urgency: Urgency | None) -> None:
    found = remind(SEAT, promise(), MONDAY + after * DAY)
    assert (found.urgency if found else None) == urgency


def test_owner_is_nudged_from_thursday_on_about_a_promise_due_on_monday() -> None:
    due_on = date(2026, 11, 23)
    assert [remind(SEAT, promise(due_on), MONDAY + days * DAY) is not None for days in (2, 3)] == [False, True]


def test_owner_is_nudged_on_the_due_date_however_many_reminders_were_ignored() -> None:
    now = MONDAY + 4 * DAY
    ignored = [
        Nudge("T1", 1, "UMAYA", "promises.due", "7", {}, "card", now - days * DAY, now, state=NudgeState.IGNORED)
        for days in range(1, 20)
    ]
    found = remind(SEAT, promise(), now)
    assert found is not None
    assert select_candidates([found], ignored, (), left=1, now=now) == [found]


def test_promise_reminder_tells_apart_promises_due_today_and_overdue_promises() -> None:
    told = [found.facts for days in (3, 4, 7) if (found := remind(SEAT, promise(), MONDAY + days * DAY))]
    assert [(facts["is_due"], facts["is_over"]) for facts in told] == [(False, False), (True, False), (False, True)]


@pytest.mark.parametrize(("after", "is_asked"), [(7, True), (9, True), (10, False), (17, False)])
def test_owner_is_asked_about_an_overdue_promise_for_at_most_three_working_days(after: int, is_asked: bool) -> None:
    assert (remind(SEAT, promise(), MONDAY + after * DAY) is not None) == is_asked


def away(first: int, until: int) -> Seat:
    """Return the seat of a person who is away; `first` and `until` count days from Monday."""
    midnight = MONDAY - timedelta(hours=9)
    absences = [(midnight + first * DAY, midnight + until * DAY)]
    return Seat(Person("T1", "UMAYA", "maya", "Europe/Lisbon", absences=absences), TEAM, Role.LEADER)


def test_owner_back_from_an_absence_is_asked_once_about_an_overdue_promise() -> None:
    seat, days = away(3, 21), (21, 22)
    asked = list[Nudge]()
    for days_after in days:
        now = MONDAY + days_after * DAY
        found = remind(seat, promise(), now)
        assert found is not None
        if select_candidates([found], asked, (), left=1, now=now):
            asked.append(Nudge("T1", 1, "UMAYA", found.kind, found.about, {}, "card", now, now + DAY))
            asked[0].state = NudgeState.IGNORED

    assert len(asked) == 1
    assert remind(seat, promise(), MONDAY + 28 * DAY) is None


@pytest.mark.parametrize(("after", "urgency"), [(0, Urgency.AWAITED), (1, Urgency.AWAITED), (2, Urgency.LAST_DAY)])
def test_owner_away_on_the_due_date_is_nudged_before_the_absence(after: int, urgency: Urgency) -> None:
    found = remind(away(3, 21), promise(), MONDAY + after * DAY)
    assert found is not None
    assert (found.urgency, found.facts["is_away"]) == (urgency, after == 2)
