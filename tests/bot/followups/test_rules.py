"""The state machine of follow-ups: every kind, any sequence of steps, and every role."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.errors import AnswerTooLate, Refusal
from bot.followups import rules
from bot.followups.models import Followup, Kind, Reason, State
from bot.followups.rules import MOST_MOVES, RULES, Role, Step
from bot.refusals import followups as refusals

NOW = datetime(2026, 11, 17, 10, tzinfo=UTC)
EVERYONE = frozenset(Role)
KINDS = pytest.mark.parametrize("kind", list(Kind))
START = {Kind.ROADBLOCK: State.OPEN, Kind.IDEA: State.OPEN, Kind.PROMISE: State.OWNED}
STEPS = some.lists(some.sampled_from(list(Step)), max_size=20)


def followup(kind: Kind, state: State | None = None) -> Followup:
    made = Followup("T1", 1, kind, "UANA", "the voucher tool logs us out", NOW, state or START[kind])
    made.id, made.recipient_id = 1, "UANA" if kind is Kind.PROMISE else None
    if made.state in (State.OWNED, State.ANSWERED):
        rules.own(made, "UMAYA", NOW.date())
    return made


def facts(this: Followup) -> tuple[object, ...]:
    return this.state, this.reason, this.closed_at, this.answered_at, this.reopened_count, this.owner_id


def take(this: Followup, step: Step) -> bool:
    """Take a step in all roles at once, and return whether it was valid."""
    try:
        rules.take_step(this, step, EVERYONE, now=NOW)
    except Refusal:
        return False
    if step in (Step.TAKE, Step.ACCEPT):
        rules.own(this, "UMAYA", NOW.date())
    return True


@KINDS
@given(steps=STEPS)
def test_steps_in_any_order_leave_a_followup_in_a_consistent_state(kind: Kind, steps: Sequence[Step]) -> None:
    this = followup(kind)
    for step in steps:
        before = facts(this)
        if not take(this, step):
            assert facts(this) == before
        assert (this.closed_at is not None) == (this.reason is not None) == this.is_closed
        assert (this.state == State.OPEN) <= (this.owner_id is None or step == Step.REOPEN or kind is Kind.IDEA)
        assert (this.state == State.ANSWERED) <= (this.answered_at is not None)
        assert (this.state == State.OWNED) <= (this.owner_id is not None)


@KINDS
@given(steps=STEPS)
def test_refused_steps_do_not_affect_the_state_of_a_followup(kind: Kind, steps: Sequence[Step]) -> None:
    """Replaying only the valid steps leads to the same state."""
    this, again = followup(kind), followup(kind)
    valid = [step for step in steps if take(this, step)]
    assert all(take(again, step) for step in valid)
    assert facts(again) == facts(this)


@KINDS
@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("role", list(Role))
def test_step_of_a_followup_is_refused_to_every_role_not_named_in_its_rule(kind: Kind, step: Step, role: Role) -> None:
    rule = RULES[kind].get(step)
    for state in rule.states if rule else State:
        this = followup(kind, state)
        this.reason = Reason.MERGED if step is Step.SPLIT else this.reason
        this.with_sponsor_since = NOW if step is Step.SEND_BACK or role is Role.SPONSOR else None
        before = facts(this)
        if rule and role in rules.who_may(this, step):
            rules.take_step(this, step, {role}, now=NOW)
            continue
        with pytest.raises(Refusal):
            rules.take_step(this, step, {role}, now=NOW)
        assert facts(this) == before


def test_sponsor_can_act_only_on_a_followup_whose_owner_asked_for_the_sponsors_help() -> None:
    this = followup(Kind.ROADBLOCK, State.OWNED)
    for step in (Step.ACCEPT, Step.ANSWER):
        with pytest.raises(Refusal):
            rules.take_step(this, step, {Role.SPONSOR}, now=NOW)
    this.with_sponsor_since = NOW
    rules.take_step(this, Step.ACCEPT, {Role.SPONSOR}, now=NOW)
    assert this.with_sponsor_since is None


def test_members_can_reopen_a_roadblock_only_after_it_is_closed() -> None:
    this = followup(Kind.ROADBLOCK, State.ANSWERED)
    with pytest.raises(Refusal):
        rules.take_step(this, Step.REOPEN, {Role.MEMBER}, now=NOW)
    rules.take_step(this, Step.CONFIRM, {Role.AUTHOR}, now=NOW)
    rules.take_step(this, Step.REOPEN, {Role.MEMBER}, now=NOW)
    assert this.state == State.OWNED


@pytest.mark.parametrize("kind", [Kind.ROADBLOCK, Kind.PROMISE])
def test_suggested_promise_that_expires_counts_as_declined(kind: Kind) -> None:
    this = followup(kind, State.OFFERED)
    rules.take_step(this, Step.EXPIRE, {Role.BOT}, now=NOW)
    assert this.reason == Reason.DECLINED


@pytest.mark.parametrize("role", list(Role))
def test_roadblock_whose_author_never_confirmed_it_cannot_be_reopened(role: Role) -> None:
    this = followup(Kind.ROADBLOCK, State.OFFERED)
    rules.take_step(this, Step.EXPIRE, {Role.BOT}, now=NOW)
    with pytest.raises(AnswerTooLate):
        rules.take_step(this, Step.REOPEN, {role}, now=NOW)


@pytest.mark.parametrize("kind", [Kind.ROADBLOCK, Kind.IDEA])
def test_roadblocks_and_ideas_can_be_reopened_any_number_of_times(kind: Kind) -> None:
    this = followup(kind, State.OWNED)
    for count in range(1, 4):
        rules.take_step(this, Step.ANSWER if kind is Kind.ROADBLOCK else Step.CLOSE, EVERYONE, now=NOW)
        rules.take_step(this, Step.REOPEN, EVERYONE, now=NOW)
        assert (this.state, this.reopened_count) == (State.OWNED if kind is Kind.ROADBLOCK else State.OPEN, count)


def test_promise_can_be_reopened_only_once() -> None:
    this = followup(Kind.PROMISE)
    for _ in range(2):
        rules.take_step(this, Step.ANSWER, EVERYONE, now=NOW)
        if not this.reopened_count:
            rules.take_step(this, Step.REOPEN, EVERYONE, now=NOW)
    with pytest.raises(AnswerTooLate):
        rules.take_step(this, Step.REOPEN, EVERYONE, now=NOW)
    assert this.state == State.ANSWERED


def test_promise_can_be_moved_at_most_twice() -> None:
    this = followup(Kind.PROMISE)
    this.moves = MOST_MOVES - 1
    rules.take_step(this, Step.MOVE, {Role.OWNER}, now=NOW)
    this.moves = MOST_MOVES
    with pytest.raises(Refusal, match=re.escape(refusals.MOVED_TWICE)):
        rules.take_step(this, Step.MOVE, {Role.OWNER}, now=NOW)


def test_withdrawn_and_merged_followups_cannot_be_reopened() -> None:
    for step in (Step.WITHDRAW, Step.MERGE):
        this = followup(Kind.IDEA)
        rules.take_step(this, step, EVERYONE, now=NOW)
        with pytest.raises(AnswerTooLate):
            rules.take_step(this, Step.REOPEN, EVERYONE, now=NOW)


def test_roadblock_on_hold_resumes_on_the_day_that_its_owner_chose() -> None:
    this, day = followup(Kind.ROADBLOCK, State.OWNED), date(2026, 11, 20)
    assert not rules.is_waiting(this, day)
    this.waiting_until = day
    assert [rules.is_waiting(this, day + timedelta(days=each)) for each in (-1, 0, 1)] == [True, False, False]


@pytest.mark.parametrize("step", [Step.ANSWER, Step.HAND_BACK, Step.KEEP, Step.HAND_ON])
def test_roadblock_on_hold_resumes_when_its_owner_takes_another_step(step: Step) -> None:
    this = followup(Kind.ROADBLOCK, State.OWNED)
    this.waiting_until, this.waiting_for = date(2026, 11, 20), "the supplier"
    rules.take_step(this, step, EVERYONE, now=NOW)
    assert not this.waiting_until
    assert not this.waiting_for
