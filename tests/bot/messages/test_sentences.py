"""Regression tests of sentences: capitals, plurals, and punctuation around names."""

import re
from datetime import date, timedelta

import pytest

from bot.features.one_on_ones.notes import PairNotes
from bot.features.one_on_ones.rules import CADENCES
from bot.meetings.models import Kind, Meeting, Series, State
from bot.meetings.rules import Pair
from bot.messages.one_on_ones import forms, lists
from bot.messages.one_on_ones.nudges import due_item
from bot.messages.shadowing.nudges import suggestion_item
from bot.messages.shoutouts.cards import with_reason
from bot.messages.visits import cards
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import capitalize_first, count_noun
from bot.slack.post import payload
from tests.conftest import TUESDAY

MAYA, ANA, GRACE = (Person("T1", f"U{name.upper()}", name, "Europe/Lisbon") for name in ("maya", "ana", "grace"))
TEAM = Team("T1", "C1", "support", "Europe/Lisbon", "UGRACE", TUESDAY)
A_DAY = timedelta(days=1)
DUE = date(2026, 12, 7)
BROKEN = re.compile(r"[,;:]\s*[.,;:!?]|\s[.,;:](?:\s|$)|\.\.(?!\.)")


def pair(leader: Person = MAYA, agent: Person = ANA) -> Pair:
    series = Series("T1", 1, leader.id, agent.id, "FREQ=MONTHLY;BYDAY=1MO", due_on=DUE, since=TUESDAY)
    series.id = 1
    return Pair(TEAM, leader, agent, series)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("every first Monday", "Every first Monday"),
        ("every 2 weeks", "Every 2 weeks"),
        ("first full week of October", "First full week of October"),
        ("Ángel", "Ángel"),
        ("", ""),
    ],
)
def test_first_letter_of_a_line_is_capitalized(words: str, shown: str) -> None:
    assert capitalize_first(words) == shown


def test_weekdays_in_cadences_are_capitalized() -> None:
    form = payload(forms.pair_form(pair(), None, PairNotes(), MAYA, DUE))

    assert all(words[1:] in str(form) for words in CADENCES.values())


@pytest.mark.parametrize(("reader", "other"), [(MAYA, ANA), (ANA, MAYA)])
def test_one_on_one_command_example_names_the_other_person_of_the_pair(reader: Person, other: Person) -> None:
    said = str(lists.overview([pair()], [], {}, reader, DUE).payload())

    assert f"@{reader.name}`" not in said
    assert f"@{other.name}`" in said


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("is_invited", [True, False])
def test_sentence_that_names_the_sponsor_has_no_stray_comma(state: State, is_invited: bool) -> None:
    visit = Meeting("T1", 1, Kind.VISIT, GRACE.id, ANA.id, 45, starts_at=TUESDAY, made_at=TUESDAY, state=state)
    visit.id, visit.is_invited = 1, is_invited
    of = Pair(TEAM, GRACE, ANA)
    said = [cards.card(of, visit, reader).text for reader in (GRACE, ANA)]
    said += [cards.closed_host_card(of, visit, has_answered=has_answered).text for has_answered in (True, False)]

    assert not [each for each in said if BROKEN.search(each)]


@pytest.mark.parametrize(
    ("number", "thing", "shown"),
    [(1, "spike", "1 spike"), (0, "spike", "0 spikes"), (2, "day", "2 days"), (1, "minute", "1 minute")],
)
def test_noun_after_the_number_one_is_singular(number: int, thing: str, shown: str) -> None:
    assert count_noun(number, thing) == shown


@pytest.mark.parametrize(("said", "labels"), [("2026-11-18T09:59", 3), ("2026-11-18T13:30", 2)])
def test_snoozed_shadowing_suggestion_whose_time_has_passed_offers_only_another_time(said: str, labels: int) -> None:
    facts = {
        "agent": "UANA", "name": "Ana", "at": 1, "wall": "2026-11-18T10:00:00", "sat": True, "missed": False,
        "days": 40, "said": said,
    }  # fmt: skip
    item = suggestion_item(1, facts, TEAM)

    assert len(item.buttons) == labels
    assert ("Wednesday, 18 November at 10:00" in item.text) == ("18 Nov" in item.brief) == (labels == 3)


@pytest.mark.parametrize(
    ("said", "told"), [("2026-12-07", "one-on-one due by"), ("2026-12-08", "one-on-one was due on")]
)
def test_reminder_of_a_one_on_one_says_whether_it_is_overdue(said: str, told: str) -> None:
    row = {"agent": "UANA", "series": 1, "asked": False, "missed": False, "met": True, "days": 30, "due": f"{DUE}"}
    item = due_item(1, {"rows": [row], "answers": {}, "said": f"{said}T09:00:00"}, TEAM)

    assert f"{told} Mon 7 Dec" in item.says


@pytest.mark.parametrize(("today", "told"), [(DUE, "The next one is due by"), (DUE + A_DAY, "The next one was due on")])
def test_form_of_a_pair_says_whether_the_next_one_on_one_is_overdue(today: date, told: str) -> None:
    assert f"{told} Monday, 7 December." in str(payload(forms.pair_form(pair(), None, PairNotes(), MAYA, today)))


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("staying calm #empathy", "Maya thanks Ana for staying calm #empathy"),
        ("the night shift", "Maya thanks Ana: the night shift"),
        ("Staying calm", "Maya thanks Ana: Staying calm"),
        ("everything you did", "Maya thanks Ana: everything you did"),
        ("during the outage you stayed calm", "Maya thanks Ana: during the outage you stayed calm"),
        ("amazing, as always", "Maya thanks Ana: amazing, as always"),
        ("", "Maya thanks Ana: "),
    ],
)
def test_gerund_reason_follows_the_word_for_and_other_reasons_follow_a_colon(reason: str, said: str) -> None:
    assert with_reason("Maya thanks Ana", reason) == said


def test_reason_of_thanks_for_a_good_call_follows_a_colon() -> None:
    assert with_reason("Maya thanks Ana for a good call", "refunding at once").endswith("good call: refunding at once")
