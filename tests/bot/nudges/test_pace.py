"""The pace of nudges: how pauses depend on what a person acts on, and when a card is held back."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.nudges import pace
from bot.nudges.models import Nudge, NudgeState
from bot.nudges.selection import Candidate, select_candidates
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team

NOW = datetime(2026, 11, 17, 9, tzinfo=UTC)
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
SEAT = Seat(
    Person("T1", "UMAYA", "maya", "Europe/Lisbon"), Team("T1", "C1", "support", "Europe/Lisbon", None, NOW), Role.LEADER
)
NOT_COUNTED = [
    NudgeState.UNHEARD, NudgeState.SETTLED, NudgeState.SAID, NudgeState.SNOOZED, NudgeState.MUTED,
]  # fmt: skip
ACTED, IGNORED, DECLINED = NudgeState.DONE, NudgeState.IGNORED, NudgeState.DECLINED


def nudge(state: NudgeState, days_ago: float = 1, kind: str = "a", card: str = "card", about: str = "") -> Nudge:
    said_at = NOW - days_ago * A_DAY
    return Nudge("T1", 1, "UMAYA", kind, about, {}, card, said_at, said_at + A_DAY, state=state)


def history(*states: NudgeState, kind: str = "a") -> list[Nudge]:
    """Return nudges of a kind, one every three weeks, the newest of which is three weeks old."""
    return [nudge(state, 21 * number, kind, f"card {number}") for number, state in enumerate(states, 1)]


HALF = history(*[ACTED, IGNORED] * 4)
"""Half of them acted on; with one more of each kind at the front, still half of the latest eight."""


@pytest.mark.parametrize(
    ("states", "factor"),
    [
        ([], 1),
        ([ACTED] * 8, 1),
        ([IGNORED] * 3, 1),  # too few to say anything
        ([IGNORED] * 4, 3),
        ([DECLINED] * 4, 3),
        ([IGNORED] * 8, 5),
        ([ACTED, IGNORED] * 4, 5 / 3),
        ([IGNORED] * 8 + [ACTED], 5),  # only the latest eight count
        ([ACTED] + [IGNORED] * 8, 10 / 3),  # one act shortens the pauses at once
        ([*NOT_COUNTED, IGNORED, IGNORED, IGNORED], 1),
    ],
)
def test_pauses_grow_with_the_nudges_that_were_not_acted_on(states: list[NudgeState], factor: float) -> None:
    assert pace.stretch(history(*states)) == factor


@pytest.mark.parametrize(
    ("before", "days"),
    [
        ([], 0),
        ([nudge(ACTED, 0)], 1),
        ([nudge(IGNORED, 0)], 1),
        ([nudge(IGNORED, 0), *HALF], 1 + 4 * 16 / 9),
        ([nudge(ACTED, 0), nudge(IGNORED, 0, "b"), *HALF], 14),  # two nudges on one card
        ([nudge(ACTED, 0), nudge(ACTED, 5, "b", "older")], 1),
        ([nudge(NudgeState.UNHEARD, 0)], 0),
        ([nudge(IGNORED, 0, card="new"), *history(*[IGNORED] * 7)], 14),
    ],
)
def test_pause_between_cards_depends_on_all_kinds_and_on_the_size_of_the_last_card(
    before: list[Nudge], days: float
) -> None:
    until = pace.rests_until(before, {})

    assert (until + pace.MARGIN - NOW if until else timedelta(0)) / A_DAY == pytest.approx(days)


def is_sent(before: list[Nudge], about: str = "new", every: timedelta = A_DAY) -> bool:
    found = [Candidate(SEAT, "a", about, every=every)]
    return select_candidates(found, before, (), left=1, is_paced=False, now=NOW) == found


def test_kind_comes_as_seldom_as_it_is_acted_on_whatever_its_subjects() -> None:
    """Somebody who has ignored four roadblocks in a row gets the next one three days after the last."""
    ignored = history(IGNORED, IGNORED, IGNORED)

    assert is_sent([nudge(ACTED, 1, about="old"), *history(ACTED, ACTED)])
    assert not is_sent([nudge(IGNORED, 2, about="old"), *ignored])
    assert is_sent([nudge(IGNORED, 3, about="old"), *ignored])
    assert is_sent([nudge(IGNORED, 1, kind="b"), *ignored])


def test_cooldown_of_a_subject_is_stretched_too() -> None:
    assert not is_sent([nudge(IGNORED, 20, about="new"), *history(IGNORED, IGNORED, IGNORED)], every=7 * A_DAY)
    assert is_sent([nudge(IGNORED, 21, about="new"), *history(IGNORED, IGNORED, IGNORED)], every=7 * A_DAY)
    assert is_sent([nudge(ACTED, 7, about="new")], every=7 * A_DAY)


def test_offer_that_answers_what_somebody_did_does_not_wait_for_a_pause() -> None:
    before, offer = [nudge(IGNORED, 0.1)], [Candidate(SEAT, "b", every=timedelta(0))]

    assert select_candidates(offer, before, (), left=1, now=NOW) == []
    assert select_candidates(offer, before, (), left=1, is_paced=False, now=NOW) == offer


@pytest.mark.parametrize(
    ("before", "days", "is_held"),
    [
        ([], 0, False),
        (history(*[IGNORED] * 3), 0, False),
        (history(*[IGNORED] * 4), 0, True),
        (history(*[DECLINED] * 4), 0, True),
        (history(*[IGNORED] * 4), 9, True),
        (history(*[IGNORED] * 4), 10, False),
        (HALF, 0, True),
        (history(*[ACTED, ACTED, IGNORED] * 3), 0, False),
    ],
)
def test_card_is_held_back_from_who_acts_on_less_than_two_of_three_for_ten_days_at_most(
    before: list[Nudge], days: int, is_held: bool
) -> None:
    assert pace.may_hold(before, days=days) == is_held
