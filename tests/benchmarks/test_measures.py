"""Tests of the simulation's measures of follow-ups, hand-ups and nudges, with hand-written examples."""

from datetime import UTC, date, datetime, time, timedelta

from benchmarks.simulate.drivers import attends
from benchmarks.simulate.judge import Json, Judge, kind_of_unprompted_message
from benchmarks.simulate.ledger import Ledger, kind_of_nudge
from benchmarks.simulate.measures import (
    Course,
    HandUp,
    came_in_time,
    considered_in_time,
    ended_in_time,
    ended_late,
    owned_in_time,
    working_days,
)
from benchmarks.simulate.personas import LISBON, Human
from bot.features.balance.rules import Fortnight
from bot.features.weekly.rules import Report
from bot.messages.weekly import Account, week_card
from bot.org.people import Person

LEADER, SOME_TIME = Person("T1", "ULENA", "lena", "Europe/Lisbon"), datetime(2031, 9, 5, 14, 30, tzinfo=UTC)
TEAM = Human("everyone", LISBON)
MONDAY, TUESDAY, FRIDAY = date(2031, 9, 1), date(2031, 9, 2), date(2031, 9, 5)
NEXT_MONDAY, NEXT_TUESDAY, LATER = date(2031, 9, 8), date(2031, 9, 9), date(2031, 9, 30)


def roadblock(*steps: tuple[str, date], raised_on: date = MONDAY) -> Course:
    return Course("roadblock", raised_on, [("raise", raised_on), *steps])


def promise(*steps: tuple[str, date], due_on: date = FRIDAY) -> Course:
    return Course("promise", MONDAY, [("raise", MONDAY), *steps], due_on)


def owned(*courses: Course, last: date = LATER) -> tuple[int, int]:
    return owned_in_time(courses, TEAM, last)


def test_working_days_exclude_weekends_holidays_and_the_first_day() -> None:
    assert working_days(TEAM, MONDAY, MONDAY) == 0
    assert working_days(TEAM, FRIDAY, NEXT_TUESDAY) == 2
    assert working_days(TEAM, date(2031, 11, 28), date(2031, 12, 2)) == 1  # 1 December is a holiday in Portugal


def test_roadblock_taken_within_five_working_days_counts_as_on_time() -> None:
    assert owned(roadblock(("take", NEXT_MONDAY))) == (1, 1)
    assert owned(roadblock(("take", NEXT_TUESDAY))) == (0, 1)
    assert owned(roadblock()) == (0, 1)


def test_roadblock_handed_back_counts_by_the_day_of_its_first_owner() -> None:
    assert owned(roadblock(("take", TUESDAY), ("hand_back", FRIDAY), ("take", LATER))) == (1, 1)


def test_withdrawn_and_very_recent_roadblocks_are_not_counted() -> None:
    assert owned(roadblock(("withdraw", MONDAY)), roadblock(), last=FRIDAY) == (0, 0)
    assert owned(roadblock(("take", TUESDAY)), last=NEXT_MONDAY) == (1, 1)


def test_idea_taken_closed_or_merged_within_ten_working_days_counts_as_in_time() -> None:
    ends = [("take", date(2031, 9, 15)), ("close", MONDAY), ("merge", TUESDAY), ("take", date(2031, 9, 16))]
    ideas = [Course("idea", MONDAY, [("raise", MONDAY), end]) for end in ends]
    assert considered_in_time([*ideas, roadblock()], TEAM, LATER) == (3, 4)


def test_promise_kept_or_let_go_by_its_due_date_counts_as_in_time() -> None:
    assert ended_in_time([promise(("answer", FRIDAY)), promise(("close", TUESDAY))], LATER) == (2, 2)
    assert ended_in_time([promise(("answer", NEXT_MONDAY)), promise()], LATER) == (0, 2)


def test_withdrawn_promises_and_promises_not_yet_due_are_not_counted() -> None:
    assert ended_in_time([promise(), promise(("withdraw", MONDAY), due_on=MONDAY)], TUESDAY) == (0, 0)


def test_reopened_promise_counts_as_ended_in_time_only_if_it_is_kept_again_by_its_date() -> None:
    reopened = [("answer", TUESDAY), ("reopen", TUESDAY)]
    assert ended_in_time([promise(*reopened)], LATER) == (0, 1)
    assert ended_in_time([promise(*reopened, ("answer", FRIDAY))], LATER) == (1, 1)


def test_kind_of_a_nudge_about_follow_ups_is_recognized_by_its_buttons() -> None:
    assert kind_of_nudge({"followups:take", "nudges:not_now"}) == "roadblocks without an owner"
    assert kind_of_nudge({"followups:take", "followups:close"}) == "ideas without an answer"
    assert kind_of_nudge({"followups:answer", "followups:close", "followups:move"}) == "promises due"
    assert kind_of_nudge({"followups:answer", "followups:wait"}) == "roadblocks to work on"
    assert kind_of_nudge({"nudges:why"}) == "other"


def card(*buttons: tuple[str, str]) -> Json:
    row = {"type": "actions", "elements": [{"action_id": action, "value": value} for action, value in buttons]}
    return {"text": "", "blocks": [row]}


def test_leaders_week_counts_as_one_of_the_nudges_of_its_day() -> None:
    judge, lena = Judge(), Human("lena", mood="answers half")
    week = Account(LEADER, Report(SOME_TIME, SOME_TIME, FRIDAY, thanks=1), Fortnight(FRIDAY), [], None, None, None)
    judge.hear(lena, week_card(week).payload(), lena.at(FRIDAY, time(15, 30)))

    assert [*judge.days.values()] == [1]


def test_snoozed_group_of_nudges_in_another_order_is_not_counted_as_new() -> None:
    judge, lena = Judge(), Human("lena", mood="answers half")
    at = lena.at(MONDAY, lena.start)
    judge.hear(lena, card(("followups:take", "1:7"), ("followups:take", "2:8"), ("nudges:why", "2")), at)
    judge.hear(lena, card(("followups:take", "2:8"), ("followups:take", "1:7"), ("nudges:why", "1")), at)
    assert [*judge.days.values()] == [1]

    judge.hear(lena, card(("followups:take", "1:7"), ("followups:take", "3:9"), ("nudges:why", "3")), at)
    assert [*judge.days.values()] == [2]


def test_nudges_that_share_a_menu_count_as_one_and_a_press_on_any_of_their_buttons_answers_it() -> None:
    ledger, lena = Ledger(), Human("lena", mood="answers half")
    shown = card(("followups:take", "1:7"), ("followups:take", "2:8"), ("nudges:why", "2"))
    ledger.hear(lena, shown, lena.at(MONDAY, lena.start))
    assert ledger.counts("roadblocks without an owner") == {"said": 1, "ignored": 1}

    ledger.press(lena, "1:7", "followups:take", {"ok": True}, lena.at(MONDAY, lena.start))
    assert ledger.counts("roadblocks without an owner") == {"said": 1, "answered": 1, "ignored": 0}


def hand_up(*, at_work: int = 2, came_after: float | None = None, ended_at: time | None = time(10)) -> HandUp:
    agent = Human("bea")
    found = HandUp(agent, agent.at(MONDAY, time(9, 30)), at_work)
    found.coming_at = None if came_after is None else found.raised_at + timedelta(minutes=came_after)
    found.ended_at = None if ended_at is None else agent.at(MONDAY, ended_at)
    return found


def test_leader_who_comes_within_ten_minutes_of_a_hand_up_counts_as_in_time() -> None:
    hand_ups = [hand_up(came_after=0.5), hand_up(came_after=10), hand_up(came_after=10.1), hand_up()]
    assert came_in_time(hand_ups, at_work=2) == (2, 4)


def test_hand_ups_with_too_few_leaders_at_work_are_not_counted() -> None:
    hand_ups = [hand_up(at_work=1, came_after=1), hand_up(at_work=2), hand_up(at_work=3, came_after=1)]
    assert came_in_time(hand_ups, at_work=2) == (1, 2)
    assert came_in_time(hand_ups, at_work=3) == (1, 1)


def test_hand_up_still_open_after_the_agents_working_day_counts_as_ended_late() -> None:
    ends = [time(17), time(9, 31), time(17, 2), None]
    assert [ended_late([hand_up(ended_at=end)]) for end in ends] == [0, 0, 1, 1]


def test_requests_to_leaders_count_as_unprompted_but_the_agents_card_does_not() -> None:
    assert kind_of_unprompted_message(card(("hand_ups:coming", "1"))) == "requests to come"
    assert kind_of_unprompted_message(card(("breaks:ok", "1"))) == "requests for a break"
    assert kind_of_unprompted_message(card(("hand_ups:hold", "1"))) == ""
    assert kind_of_unprompted_message({"text": "<@U1> is off the queue until 14:20."}) == "news of breaks"


def test_request_to_come_outside_working_hours_is_reported() -> None:
    judge, lena = Judge(), Human("lena", mood="answers half")
    judge.hear(lena, card(("hand_ups:coming", "1")), lena.at(MONDAY, time(9)))
    judge.hear(lena, card(("hand_ups:coming", "2")), lena.at(MONDAY, time(17)))
    assert judge.wrong["requests to come"] == ["lena Mon 2031-09-01 17:00: outside working hours"]


def test_afternoon_questions_about_promises_are_checked_and_counted_apart_from_the_nudge_budget() -> None:
    judge, lena = Judge(), Human("lena", mood="answers half")
    asked = card(("followups:answer", "7"), ("followups:move", "7")) | {"text": "You promised this. Is it done?"}
    for number in range(2):
        judge.hear(
            lena, card(("one_on_ones:propose", f"{number}"), ("nudges:why", f"{number}")), lena.at(MONDAY, time(9))
        )
    judge.hear(lena, asked, lena.at(MONDAY, time(17)))
    judge.hear(lena, card(("followups:answer", "8")), lena.at(MONDAY, time(17)))

    assert (judge.over_budget, judge.over_budget_with_last_calls) == (0, 1)
    assert len(judge.wrong["questions on the afternoon of a promise"]) == 1


def test_leader_who_decides_for_each_message_answers_some_and_ignores_others_on_the_same_day() -> None:
    daily, each_time = Human("lena", mood="answers half"), Human("lena", mood="answers half of the messages")
    times = [daily.at(date(2031, 3, 4), time(9, minute)) for minute in range(60)]

    assert {len({attends(seed, daily, at) for at in times}) for seed in range(5)} == {1}
    assert 15 < sum(attends(1, each_time, at) for at in times) < 45
