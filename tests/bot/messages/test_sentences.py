"""Regressions in sentences: capitals, plurals, and punctuation around names."""

import re
from datetime import date

import pytest

from bot.features.one_on_ones.notes import PairNotes
from bot.features.one_on_ones.rules import CADENCES
from bot.meetings.models import Kind, Meeting, Series, State
from bot.meetings.rules import Pair
from bot.messages.one_on_ones import forms, lists
from bot.messages.visits import cards
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import capitalize_first, count_noun
from bot.slack.post import payload
from tests.conftest import TUESDAY

MAYA, ANA, GRACE = (Person("T1", f"U{name.upper()}", name, "Europe/Lisbon") for name in ("maya", "ana", "grace"))
TEAM = Team("T1", "C1", "support", "Europe/Lisbon", "UGRACE", TUESDAY)
BROKEN = re.compile(r"[,;:]\s*[.,;:!?]|\s[.,;:](?:\s|$)|\.\.(?!\.)")


def pair(leader: Person = MAYA, agent: Person = ANA) -> Pair:
    series = Series("T1", 1, leader.id, agent.id, "FREQ=MONTHLY;BYDAY=1MO", due_on=date(2026, 12, 7), since=TUESDAY)
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
    form = payload(forms.pair_form(pair(), None, PairNotes(), MAYA))

    assert all(words[1:] in str(form) for words in CADENCES.values())


@pytest.mark.parametrize(("reader", "other"), [(MAYA, ANA), (ANA, MAYA)])
def test_command_example_has_the_name_of_the_other_person(reader: Person, other: Person) -> None:
    said = str(lists.overview([pair()], [], {}, reader).payload())

    assert f"@{reader.name}`" not in said
    assert f"@{other.name}`" in said


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("is_invited", [True, False])
def test_sponsor_is_named_without_a_stray_comma(state: State, is_invited: bool) -> None:
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
def test_number_one_is_followed_by_a_singular_noun(number: int, thing: str, shown: str) -> None:
    assert count_noun(number, thing) == shown
