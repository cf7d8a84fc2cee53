"""Tests of the simulated teams and of the models of how people respond."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from benchmarks.simulate.behaviour import (
    MODELS,
    MOST,
    Behaviour,
    acts,
    acts_unasked,
    agents_answer,
    chance,
    habits,
    rate,
)
from benchmarks.simulate.comparison.controls import controls
from benchmarks.simulate.comparison.record import ONE_ON_ONE, Couple, Record, Worker
from benchmarks.simulate.dice import Dice, SteadyDice
from benchmarks.simulate.judge import why_badly_timed
from benchmarks.simulate.personas import LISBON, ONE_DAY, WEEK, Human
from benchmarks.simulate.teams import team
from benchmarks.simulate.thanks import unprompted

MONDAY, LAST = date(2031, 9, 1), date(2032, 2, 29)
TODAYS = MODELS["today's"]
DAYS = [MONDAY + number * ONE_DAY for number in range(182)]


def hugo() -> Human:
    return Human("hugo", mood="answers half")


def share(model: Behaviour, human: Human, *, nudges: int = 1, ignored: int = 0, unasked: bool = False) -> float:
    """Return on how many of the working days of many people a person acts, at every hour of the day."""
    found = [
        acts_unasked(model, seed, human, at)
        if unasked else acts(model, seed, human, at, nudges=nudges, ignored=ignored)
        for seed in range(20) for day in DAYS[:56] if day.weekday() in WEEK
        for at in [human.at(day, time(9 + (day.toordinal() + seed) % 8))]
    ]  # fmt: skip
    return sum(found) / len(found)


def test_person_acts_as_often_as_their_mood_says_in_the_mean_of_hours_and_days() -> None:
    assert share(TODAYS, hugo()) == pytest.approx(0.5, abs=0.04)
    assert share(MODELS["erratic"], hugo()) == pytest.approx(0.5, abs=0.04)
    assert share(MODELS["busier"], hugo()) == pytest.approx(0.25, abs=0.04)
    assert 0.8 < share(MODELS["keener"], hugo()) < MOST
    assert share(MODELS["keener"], Human("ivo", mood="ignores most")) == pytest.approx(0.3, abs=0.04)


def test_more_nudges_and_ignored_ones_and_no_reminder_make_it_less_likely() -> None:
    alone = share(TODAYS, hugo())
    assert share(TODAYS, hugo(), nudges=3) < alone * 0.8
    assert share(TODAYS, hugo(), ignored=5) < alone * 0.7
    assert share(TODAYS, hugo(), unasked=True) == pytest.approx(0.36, abs=0.05)


def test_best_hour_and_slow_day_stay_unless_people_are_erratic() -> None:
    weeks = [MONDAY + number * 7 * ONE_DAY for number in range(20)]
    assert len({habits(TODAYS, 1, hugo(), week) for week in weeks}) == 1
    assert len({habits(MODELS["erratic"], 1, hugo(), week) for week in weeks}) > 5


def test_request_at_the_best_hour_is_likelier_to_be_acted_on_than_one_far_from_it() -> None:
    human = hugo()
    best = habits(TODAYS, 1, human, MONDAY).best_hour
    hours = {hour: chance(TODAYS, 1, human, human.at(MONDAY, time(9 + hour))) for hour in range(8)}
    assert max(hours, key=lambda hour: hours[hour]) == best
    assert hours[best] > 1.2 * min(hours.values())


def test_rates_are_scaled_and_capped() -> None:
    assert [round(rate(model, hugo()), 2) for model in MODELS.values()] == [0.5, MOST, 0.25, 0.5]
    assert [round(agents_answer(model), 3) for model in MODELS.values()] == [0.85, MOST, 0.425, 0.85]


def test_steady_dice_do_not_depend_on_timestamps_or_on_other_people() -> None:
    at, human, other = datetime(2031, 9, 1, 12, tzinfo=UTC), hugo(), Human("lena")
    first, again, plain = SteadyDice(1), SteadyDice(1), Dice(1)
    again.of(other, at, "lena", "row", "7")
    rolls = [first.of(human, at, "hugo", "row", ts).random() for ts in ("1", "2")]
    assert rolls == [again.of(human, at, "hugo", "row", ts).random() for ts in ("8", "9")]
    assert len({*rolls}) == 2
    assert plain.of(human, at, "hugo", "row", "1").random() != plain.of(human, at, "hugo", "row", "2").random()


def test_ten_teams_have_3_to_25_people_with_leaders_zones_part_timers_night_shifts_and_changes() -> None:
    teams = [team(seed) for seed in range(1, 11)]
    here = [[each for each in people if not each.comes_after] for people in teams]
    everybody = [each for people in teams for each in people]
    assert min(map(len, here)) == 3
    assert 20 <= max(map(len, here)) <= 25
    assert {sum(bool(each.mood) for each in people) for people in here} == {1, 2, 3, 4}
    assert {each.mood for each in everybody} == {"", "answers all", "answers half", "ignores most", "snoozes"}
    assert len({each.zone for each in everybody}) == 4
    assert any(len(each.days) < 5 for each in everybody)
    assert any(each.is_overnight for each in everybody)
    assert any(each.mood and each.goes_after for each in everybody)
    assert any(each.mood and each.comes_after for each in everybody)
    assert any(not each.mood and not each.consents for each in everybody)
    assert all(len({each.id for each in people}) == len(people) for people in teams)


def test_two_of_three_leaders_let_the_hours_of_their_answers_be_counted_and_no_agent() -> None:
    everybody = [each for seed in range(1, 101) for each in team(seed)]
    leaders = [each.shares_hours for each in everybody if each.mood]
    assert 0.6 < sum(leaders) / len(leaders) < 0.73
    assert not any(each.shares_hours for each in everybody if not each.mood)


def test_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    night = Human("nils", LISBON, start=time(22), end=time(6), quiet=(time(8), time(16)))
    friday, saturday = date(2031, 9, 5), date(2031, 9, 6)
    assert why_badly_timed(night, night.at(saturday, time(5, 59))) == ""
    assert why_badly_timed(night, night.at(saturday, time(6))) != ""
    assert why_badly_timed(night, night.at(saturday, time(23))) == "a day off"
    assert night.is_at_work(night.at(friday, time(23)))
    assert not night.is_at_work(night.at(MONDAY, time(1)))
    assert night.next_work(night.at(saturday, time(7))) == night.at(MONDAY + 7 * ONE_DAY, time(22))


def test_unprompted_thanks_are_the_same_each_time_and_reach_some_people_more_often() -> None:
    people = team(6)
    given = [*unprompted(6, people, MONDAY, LAST)]
    assert [(each.at, each.receiver.name) for each in given] == [
        (each.at, each.receiver.name) for each in unprompted(6, team(6), MONDAY, LAST)
    ]
    often = [sum(each.receiver is human for each in given) for human in people if not human.comes_after]
    assert max(often) > 3 * min(often)


def lived(mood: str, seed: int = 1) -> tuple[Record, Record]:
    """Return the records of a leader and two agents with a weekly reminder and without."""
    lena = Human("lena", mood=mood)
    people = [lena, Human("bea"), Human("carl")]
    working = frozenset(filter(lena.works_on, DAYS))
    agents = {name: Worker(name, working, frozenset(WEEK)) for name in ("bea", "carl")}
    leader = Worker("lena", working, frozenset(WEEK), lena.manner.attends)
    couples = [Couple("lena", name, MONDAY, LAST) for name in agents]
    return controls(seed, TODAYS, people, Record(MONDAY, LAST, {"lena": leader}, agents, couples))


def test_leaders_with_a_reminder_meet_and_thank_more_often_than_without_and_only_reminders_are_messages() -> None:
    lives = [lived("answers half", seed) for seed in range(8)]
    met = [sum(each.kind == ONE_ON_ONE for found in lives for each in found[world].held) for world in (0, 1)]
    thanked = [sum(len(found[world].thanks) for found in lives) for world in (0, 1)]
    assert met[0] > met[1] > 0
    assert thanked[0] > thanked[1] > 0
    assert {len(reminded.nudges) for reminded, _ in lives} == {26}
    assert not any(alone.nudges for _, alone in lives)


def test_keen_leader_with_a_reminder_meets_nearly_every_fortnight() -> None:
    reminded, _ = lived("answers all")
    met = [each.day for each in reminded.held if (each.kind, each.agent) == (ONE_ON_ONE, "bea")]
    assert 9 <= len(met) <= 13
    assert max(after - before for before, after in pairwise(met)) <= timedelta(days=49)
