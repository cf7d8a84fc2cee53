"""Messages about absences: the list of planned absences, and the day on which somebody is back."""

from datetime import UTC, datetime

import pytest

from bot.messages import absences as messages
from bot.org.availability import working_hours
from bot.org.availability.working_hours import WorkingHoursSettings
from bot.org.people import Person
from bot.org.teams.models import Team

NOW = datetime(2031, 3, 4, 10, tzinfo=UTC)


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2031, 3, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (at(5, 14), at(5, 18)),
        (at(5, 9), at(5, 10)),
        (at(5), at(5, 12)),
        (at(5, 14), at(6)),
        (at(5), at(6)),
        (at(5, 14), at(7, 12)),
    ],
)
def test_text_of_an_absence_names_each_day_once(start: datetime, end: datetime) -> None:
    said = messages.in_full((start, end), Person("T1", "UANA", "ana", "Europe/Lisbon"), NOW)

    assert said.count("Wednesday, 5 March") == 1


@pytest.mark.parametrize("spans", [[(at(5), at(6))], [(at(5), at(6)), (at(10), at(17))]])
def test_each_absence_is_listed_once_with_a_button_to_remove_it(spans: list[tuple[datetime, datetime]]) -> None:
    person = Person("T1", "UANA", "ana", "Europe/Lisbon")
    person.absences = spans
    blocks = messages.confirmation(person, spans[:1], [], NOW).payload()["blocks"]

    lines = [each["text"]["text"] for each in blocks]
    assert [sum(messages.in_full(each, person, NOW) in line for line in lines) for each in spans] == [1] * len(spans)
    assert sum("accessory" in each for each in blocks) == len(spans)


@pytest.mark.parametrize(
    ("start", "end", "country", "back"),
    [
        (at(5), at(7), "", "Friday, 7 March"),
        (at(6), at(8), "", "Monday, 10 March"),
        (at(6), at(8, 12), "", "Monday, 10 March"),
        (at(6), at(7, 12), "", "Friday, 7 March at 12:00"),
        (at(6), at(7, 20), "", "Friday, 7 March at 20:00"),
        (datetime(2031, 4, 24, tzinfo=UTC), datetime(2031, 4, 25, tzinfo=UTC), "PT", "Monday, 28 April"),
        (datetime(2031, 4, 24, tzinfo=UTC), datetime(2031, 4, 25, tzinfo=UTC), "", "Friday, 25 April"),
    ],
)
def test_absent_person_is_back_on_the_next_working_day(start: datetime, end: datetime, country: str, back: str) -> None:
    person = Person("T1", "UANA", "ana", "UTC", absences=((start, end),))
    team = Team("T1", "C1", "support", "UTC", None, NOW)
    WorkingHoursSettings(country=country).keep(team)

    assert messages.away_now(person, start, [working_hours.person_hours(person, team)]).endswith(f" {back}.")


@pytest.mark.parametrize(("later", "back"), [(at(10), "Tuesday, 11 March"), (at(11), "Monday, 10 March")])
def test_absent_person_is_not_back_before_an_adjacent_absence_ends(later: datetime, back: str) -> None:
    spans = ((at(6), at(8)), (later, later.replace(day=later.day + 1)))
    person = Person("T1", "UANA", "ana", "UTC", absences=spans)
    routine = working_hours.person_hours(person, Team("T1", "C1", "support", "UTC", None, NOW))

    assert messages.away_now(person, at(6), [routine]).endswith(f" {back}.")
    assert messages.away_now(person, at(6)).endswith(" Saturday, 8 March.")
