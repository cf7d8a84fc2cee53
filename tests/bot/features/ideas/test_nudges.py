"""Reminders to answer an idea: to which leader, and when."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from bot.features.ideas.nudges import Leaders, Reminded, choose_leader
from bot.followups.models import Followup, Kind, State
from bot.org.people import Person
from bot.org.teams.models import Team

TUESDAY = datetime(2026, 11, 17, 10, tzinfo=UTC)
DAY = timedelta(days=1)
TEAM = Team("T1", "C1", "support", "UTC", None, TUESDAY)
PEOPLE = {id: Person("T1", id, id.lower()) for id in ("UMAYA", "UTOM", "UZOE")}


def idea(number: int = 1, author: str = "UANA") -> Followup:
    made = Followup("T1", 1, Kind.IDEA, author, "a macro", TUESDAY, State.OPEN)
    made.id = number
    return made


def leader_to_remind(
    days: int, *before: tuple[str, int], owned: dict[str, int] | None = None, about: Followup | None = None
) -> str | None:
    """Return the leader to remind `days` days after Tuesday; `before` lists earlier reminders (leader, day)."""
    reminded = Reminded(TUESDAY, [(id, TUESDAY + after * DAY) for id, after in before])
    return choose_leader(about or idea(), TEAM, reminded, Leaders(PEOPLE, Counter(owned or {})), TUESDAY + days * DAY)


def test_first_leader_is_reminded_of_an_unanswered_idea_after_three_working_days() -> None:
    assert [leader_to_remind(days) is not None for days in range(6)] == [False, False, False, True, True, True]


def test_next_leader_is_reminded_of_an_unanswered_idea_on_the_next_working_day() -> None:
    friday = ("UMAYA", 3)
    assert [leader_to_remind(days, friday) is not None for days in range(3, 9)] == [
        False,
        False,
        False,
        True,
        True,
        True,
    ]
    assert leader_to_remind(6, friday) != "UMAYA"


def test_next_reminder_of_an_idea_goes_to_the_least_busy_leader_not_yet_reminded() -> None:
    owned = {"UMAYA": 2, "UTOM": 1, "UZOE": 3}
    assert leader_to_remind(3, owned=owned) == "UTOM"
    assert leader_to_remind(7, ("UTOM", 3), owned=owned) == "UMAYA"
    assert leader_to_remind(9, ("UTOM", 3), ("UMAYA", 7), owned=owned) == "UZOE"
    assert leader_to_remind(13, ("UTOM", 3), ("UMAYA", 7), ("UZOE", 9), owned=owned) == "UTOM"


def test_ties_between_leaders_are_broken_by_a_separate_draw_for_each_idea() -> None:
    assert {leader_to_remind(3, about=idea(number)) for number in range(1, 30)} == set(PEOPLE)


def test_leader_is_reminded_of_their_own_idea_only_if_there_is_no_other_leader() -> None:
    assert {leader_to_remind(3, about=idea(number, "UMAYA")) for number in range(1, 30)} == {"UTOM", "UZOE"}
    alone = Leaders({"UMAYA": PEOPLE["UMAYA"]})
    assert choose_leader(idea(1, "UMAYA"), TEAM, Reminded(TUESDAY), alone, TUESDAY + 3 * DAY) == "UMAYA"


def test_nobody_is_reminded_of_an_idea_if_no_leader_is_available() -> None:
    assert choose_leader(idea(), TEAM, Reminded(TUESDAY), Leaders(), TUESDAY + 5 * DAY) is None


def test_only_one_leader_is_reminded_of_an_idea_after_a_long_outage() -> None:
    assert leader_to_remind(30, ("UMAYA", 30)) is None
