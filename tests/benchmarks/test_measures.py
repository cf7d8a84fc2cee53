"""Tests of the simulation's measures of follow-ups, on courses written by hand."""

from datetime import date

from benchmarks.simulate.judge import Json, Judge
from benchmarks.simulate.ledger import Ledger, kind_of_nudge
from benchmarks.simulate.measures import Course, considered_in_time, ended_in_time, owned_in_time, working_days
from benchmarks.simulate.personas import LISBON, Human

TEAM = Human("everyone", LISBON)
MONDAY, TUESDAY, FRIDAY = date(2031, 9, 1), date(2031, 9, 2), date(2031, 9, 5)
NEXT_MONDAY, NEXT_TUESDAY, LATER = date(2031, 9, 8), date(2031, 9, 9), date(2031, 9, 30)


def roadblock(*steps: tuple[str, date], raised_on: date = MONDAY) -> Course:
    return Course("roadblock", raised_on, [("raise", raised_on), *steps])


def promise(*steps: tuple[str, date], due_on: date = FRIDAY) -> Course:
    return Course("promise", MONDAY, [("raise", MONDAY), *steps], due_on)


def owned(*courses: Course, last: date = LATER) -> tuple[int, int]:
    return owned_in_time(courses, TEAM, last)


def test_working_days_leave_out_weekends_holidays_and_first_day() -> None:
    assert working_days(TEAM, MONDAY, MONDAY) == 0
    assert working_days(TEAM, FRIDAY, NEXT_TUESDAY) == 2
    assert working_days(TEAM, date(2031, 11, 28), date(2031, 12, 2)) == 1  # 1 December is a holiday in Portugal


def test_roadblock_is_owned_in_time_up_to_the_fifth_working_day() -> None:
    assert owned(roadblock(("take", NEXT_MONDAY))) == (1, 1)
    assert owned(roadblock(("take", NEXT_TUESDAY))) == (0, 1)
    assert owned(roadblock()) == (0, 1)


def test_roadblock_counts_by_its_first_owner_even_if_it_is_handed_back() -> None:
    assert owned(roadblock(("take", TUESDAY), ("hand_back", FRIDAY), ("take", LATER))) == (1, 1)


def test_roadblocks_taken_back_or_raised_too_late_do_not_count() -> None:
    assert owned(roadblock(("withdraw", MONDAY)), roadblock(), last=FRIDAY) == (0, 0)
    assert owned(roadblock(("take", TUESDAY)), last=NEXT_MONDAY) == (1, 1)


def test_idea_leaves_new_when_it_is_taken_answered_or_merged_within_ten_working_days() -> None:
    ends = [("take", date(2031, 9, 15)), ("close", MONDAY), ("merge", TUESDAY), ("take", date(2031, 9, 16))]
    ideas = [Course("idea", MONDAY, [("raise", MONDAY), end]) for end in ends]
    assert considered_in_time([*ideas, roadblock()], TEAM, LATER) == (3, 4)


def test_promise_is_ended_by_its_day_when_it_is_kept_or_let_go() -> None:
    assert ended_in_time([promise(("answer", FRIDAY)), promise(("close", TUESDAY))], LATER) == (2, 2)
    assert ended_in_time([promise(("answer", NEXT_MONDAY)), promise()], LATER) == (0, 2)


def test_promises_not_due_yet_or_taken_back_do_not_count() -> None:
    assert ended_in_time([promise(), promise(("withdraw", MONDAY), due_on=MONDAY)], TUESDAY) == (0, 0)


def test_promise_that_was_not_done_after_all_must_end_again() -> None:
    reopened = [("answer", TUESDAY), ("reopen", TUESDAY)]
    assert ended_in_time([promise(*reopened)], LATER) == (0, 1)
    assert ended_in_time([promise(*reopened, ("answer", FRIDAY))], LATER) == (1, 1)


def test_kinds_of_nudges_about_followups_are_told_apart_by_their_buttons() -> None:
    assert kind_of_nudge({"followups:take", "nudges:not_now"}) == "roadblocks without an owner"
    assert kind_of_nudge({"followups:take", "followups:close"}) == "ideas without an answer"
    assert kind_of_nudge({"followups:answer", "followups:close", "followups:move"}) == "promises due"
    assert kind_of_nudge({"followups:answer", "followups:wait"}) == "roadblocks to work on"
    assert kind_of_nudge({"nudges:why"}) == "other"


def card(*buttons: tuple[str, str]) -> Json:
    row = {"type": "actions", "elements": [{"action_id": action, "value": value} for action, value in buttons]}
    return {"text": "", "blocks": [row]}


def test_snoozed_group_that_comes_again_in_another_order_is_no_new_nudge() -> None:
    judge, lena = Judge(), Human("lena", mood="answers half")
    at = lena.at(MONDAY, lena.start)
    judge.hear(lena, card(("followups:take", "1:7"), ("followups:take", "2:8"), ("nudges:why", "2")), at)
    judge.hear(lena, card(("followups:take", "2:8"), ("followups:take", "1:7"), ("nudges:why", "1")), at)
    assert [*judge.days.values()] == [1]

    judge.hear(lena, card(("followups:take", "1:7"), ("followups:take", "3:9"), ("nudges:why", "3")), at)
    assert [*judge.days.values()] == [2]


def test_rows_that_share_a_menu_are_counted_as_one_nudge_and_any_answer_counts() -> None:
    ledger, lena = Ledger(), Human("lena", mood="answers half")
    shown = card(("followups:take", "1:7"), ("followups:take", "2:8"), ("nudges:why", "2"))
    ledger.hear(lena, shown, lena.at(MONDAY, lena.start))
    assert ledger.counts("roadblocks without an owner") == {"said": 1, "ignored": 1}

    ledger.press(lena, "1:7", "followups:take", {"ok": True})
    assert ledger.counts("roadblocks without an owner") == {"said": 1, "answered": 1, "ignored": 0}
