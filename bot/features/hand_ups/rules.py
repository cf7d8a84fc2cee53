"""The state machine of a hand-up, and how long a leader has to answer: pure functions."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.errors import AnswerTooLate
from bot.features.hand_ups.models import Ending, HandUp, State
from bot.refusals import hand_ups as refusals

ASK_TIMEOUT = timedelta(minutes=5)
WAITING_ASK_TIMEOUT = timedelta(minutes=2)
"""How long each leader has to answer while a customer waits."""
ASKED_ALONE = 3
"""How many leaders are asked one at a time while a customer waits; after that, everybody at work is asked at once."""
IN_A_WHILE = timedelta(minutes=10)
"""How soon a leader who has pressed *In 10 min* is expected."""
ARRIVAL_GRACE = timedelta(minutes=5)
"""How long after a helper's expected arrival the agent is asked whether the helper is there."""
HOLD = timedelta(minutes=15)
LONGEST_UNSCHEDULED = timedelta(hours=4)
"""How long a hand-up lasts if it is raised outside the agent's working hours."""


def answer_timeout(hand_up: HandUp) -> timedelta:
    """Return how long a leader has to answer before the next is asked."""
    return WAITING_ASK_TIMEOUT if hand_up.is_waiting else ASK_TIMEOUT


def asks_everybody(hand_up: HandUp, asked: int) -> bool:
    """Return whether to ask all remaining leaders at once, after `asked` leaders were asked one at a time."""
    return hand_up.is_waiting and asked >= ASKED_ALONE


def check_open(hand_up: HandUp) -> None:
    """Raise `AnswerTooLate` if a hand-up has ended."""
    if hand_up.is_over:
        raise AnswerTooLate(refusals.ENDED)


def is_helped(hand_up: HandUp) -> bool:
    """Return whether a leader is coming or is there, so that nobody else is asked."""
    return hand_up.state in (State.COMING, State.HERE)


def accept(hand_up: HandUp, helper_id: str, *, in_a_while: bool, now: datetime) -> None:
    """Record that a leader will come, at once or in ten minutes.

    While a customer waits, others are still asked during the ten minutes. If several leaders can come in ten minutes,
    only the first of them is remembered.
    """
    hand_up.helped_at = hand_up.helped_at or (None if in_a_while else now)
    if in_a_while and hand_up.is_waiting:
        if hand_up.later_id is None:
            hand_up.later_id, hand_up.later_by = helper_id, now + IN_A_WHILE
        return
    _expect(hand_up, helper_id, now + (IN_A_WHILE if in_a_while else timedelta()))


def expect_later_helper(hand_up: HandUp, now: datetime) -> None:
    """Make the leader who can come in ten minutes the helper, when nobody else is left to ask."""
    if hand_up.later_id:
        _expect(hand_up, hand_up.later_id, max(hand_up.later_by or now, now))
        hand_up.later_id = hand_up.later_by = None


def is_expected_later(hand_up: HandUp, now: datetime) -> bool:
    """Return whether a helper is coming, but not at once, such as one who has pressed *In 10 min*."""
    return hand_up.state == State.COMING and hand_up.comes_by is not None and hand_up.comes_by - ARRIVAL_GRACE > now


def mark_waiting(hand_up: HandUp, now: datetime) -> None:
    """Record that a customer is waiting, and ask others again if the helper can only come later."""
    if not hand_up.is_waiting and is_expected_later(hand_up, now) and hand_up.comes_by:
        hand_up.later_id, hand_up.later_by = hand_up.helper_id, hand_up.comes_by - ARRIVAL_GRACE
        resume_asking(hand_up)
    hand_up.is_waiting = True


def _expect(hand_up: HandUp, helper_id: str, at: datetime) -> None:
    hand_up.state, hand_up.helper_id, hand_up.comes_by = State.COMING, helper_id, at + ARRIVAL_GRACE
    hand_up.here_at = hand_up.held_until = None


def record_arrival(hand_up: HandUp, helper_id: str, now: datetime) -> None:
    """Record that a helper is with the agent."""
    check_open(hand_up)
    hand_up.state, hand_up.helper_id, hand_up.comes_by = State.HERE, helper_id, None
    hand_up.here_at, hand_up.helped_at = hand_up.here_at or now, hand_up.helped_at or now
    hand_up.held_until = hand_up.later_id = hand_up.later_by = None


def resume_asking(hand_up: HandUp) -> None:
    """Resume asking leaders, because the helper has not come or the pause is over."""
    check_open(hand_up)
    hand_up.state, hand_up.helper_id, hand_up.comes_by = State.ASKING, None, None
    hand_up.here_at = hand_up.held_until = None


def forget_former_leaders(hand_up: HandUp, leader_ids: Collection[str]) -> None:
    """Forget helpers who no longer lead the team; if one was coming or there, ask other leaders again."""
    if hand_up.later_id not in leader_ids:
        hand_up.later_id = hand_up.later_by = None
    if is_helped(hand_up) and hand_up.helper_id not in leader_ids:
        resume_asking(hand_up)


def pause_asking(hand_up: HandUp, now: datetime) -> None:
    """Pause asking leaders. Raises `AnswerTooLate` if a leader is already coming."""
    check_open(hand_up)
    if is_helped(hand_up):
        raise AnswerTooLate(refusals.SOMEBODY_COMES)
    hand_up.state, hand_up.held_until = State.HELD, now + HOLD


def end(hand_up: HandUp, how: Ending, now: datetime) -> None:
    """End a hand-up. Raises `AnswerTooLate` if it has ended already."""
    check_open(hand_up)
    hand_up.state, hand_up.ended_at, hand_up.ending = State.ENDED, now, how
    hand_up.held_until = hand_up.comes_by = hand_up.later_id = hand_up.later_by = None
