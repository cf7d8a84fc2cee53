"""Rules of hand-ups: the state machine under random actions, and how long a leader has to answer."""

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.errors import AnswerTooLate
from bot.features.hand_ups import rules
from bot.features.hand_ups.models import Ending, HandUp, State
from tests.conftest import TUESDAY

LEADERS = st.sampled_from(["UMAYA", "UTOM", "UNORA"])
MINUTES = st.integers(1, 20).map(lambda minutes: timedelta(minutes=minutes))


class HandUpMachine(RuleBasedStateMachine):
    """Apply random actions of agents and leaders to a hand-up while time passes, and check invariants."""

    def __init__(self) -> None:
        super().__init__()
        self.now = TUESDAY
        self.this = HandUp("T1", 1, "UANA", "a refund over the limit", TUESDAY, state=State.ASKING)

    @rule(passed=MINUTES)
    def wait(self, passed: timedelta) -> None:
        self.now += passed

    @precondition(lambda self: not self.this.is_over)
    @rule()
    def say_that_a_customer_waits(self) -> None:
        is_later, helper = rules.is_expected_later(self.this, self.now), self.this.helper_id
        was_waiting = self.this.is_waiting
        rules.mark_waiting(self.this, self.now)
        assert self.this.is_waiting
        if is_later and not was_waiting:
            assert (self.this.state, self.this.later_id) == (State.ASKING, helper)

    @precondition(lambda self: not self.this.is_over)
    @rule(leader=LEADERS, in_a_while=st.booleans())
    def accept(self, leader: str, in_a_while: bool) -> None:
        was_helped = rules.is_helped(self.this)
        if was_helped:
            return
        rules.accept(self.this, leader, in_a_while=in_a_while, now=self.now)
        goes_on = in_a_while and self.this.is_waiting
        assert rules.is_helped(self.this) != goes_on
        assert (self.this.later_id is not None) >= goes_on

    @precondition(lambda self: not self.this.is_over)
    @rule()
    def nobody_is_left(self) -> None:
        if not rules.is_helped(self.this):
            was = self.this.later_id
            rules.expect_later_helper(self.this, self.now)
            assert self.this.helper_id == was

    @precondition(lambda self: not self.this.is_over)
    @rule(leader=LEADERS)
    def arrive(self, leader: str) -> None:
        rules.record_arrival(self.this, leader, self.now)
        assert self.this.state == State.HERE

    @precondition(lambda self: not self.this.is_over)
    @rule()
    def resume_asking(self) -> None:
        rules.resume_asking(self.this)
        assert self.this.state == State.ASKING

    @precondition(lambda self: not self.this.is_over)
    @rule()
    def hold(self) -> None:
        if rules.is_helped(self.this):
            with pytest.raises(AnswerTooLate):
                rules.pause_asking(self.this, self.now)
        else:
            rules.pause_asking(self.this, self.now)

    @rule(left=st.sets(LEADERS))
    def lose_roles(self, left: set[str]) -> None:
        rules.forget_former_leaders(self.this, {"UMAYA", "UTOM", "UNORA"} - left)
        assert self.this.later_id not in left
        assert not rules.is_helped(self.this) or self.this.helper_id not in left

    @rule(how=st.sampled_from(Ending))
    def end(self, how: Ending) -> None:
        if self.this.is_over:
            with pytest.raises(AnswerTooLate):
                rules.end(self.this, how, self.now)
        else:
            rules.end(self.this, how, self.now)

    @precondition(lambda self: self.this.is_over)
    @rule(leader=LEADERS)
    def nothing_happens_after_the_end(self, leader: str) -> None:
        with pytest.raises(AnswerTooLate):
            rules.record_arrival(self.this, leader, self.now)
        with pytest.raises(AnswerTooLate):
            rules.resume_asking(self.this)
        with pytest.raises(AnswerTooLate):
            rules.pause_asking(self.this, self.now)

    @invariant()
    def helper_is_known_while_one_comes_or_is_there(self) -> None:
        assert not rules.is_helped(self.this) or self.this.helper_id

    @invariant()
    def question_is_due_only_while_a_leader_comes(self) -> None:
        assert (self.this.comes_by is not None) == (self.this.state == State.COMING)

    @invariant()
    def pause_has_an_end_only_while_it_lasts(self) -> None:
        assert (self.this.held_until is not None) == (self.this.state == State.HELD)

    @invariant()
    def later_helper_has_a_time(self) -> None:
        assert (self.this.later_id is None) == (self.this.later_by is None)

    @invariant()
    def first_answer_is_never_before_the_question(self) -> None:
        assert self.this.helped_at is None or self.this.helped_at >= self.this.raised_at

    @invariant()
    def ended_hand_up_is_over(self) -> None:
        assert self.this.is_over == (self.this.state == State.ENDED) == (self.this.ending is not None)


TestHandUpMachine = HandUpMachine.TestCase


@pytest.mark.parametrize(
    ("is_waiting", "asked", "minutes", "asks_everybody"),
    [(False, 0, 5, False), (False, 9, 5, False), (True, 0, 2, False), (True, 2, 2, False), (True, 3, 2, True)],
)
def test_remaining_leaders_are_asked_together_after_three_asks_if_a_customer_is_waiting(
    is_waiting: bool, asked: int, minutes: int, asks_everybody: bool
) -> None:
    this = HandUp("T1", 1, "UANA", "a refund", TUESDAY, is_waiting)

    assert rules.answer_timeout(this) == timedelta(minutes=minutes)
    assert rules.asks_everybody(this, asked) is asks_everybody
