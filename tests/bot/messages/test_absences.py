"""An absence is said in full, and once."""

from datetime import UTC, datetime

import pytest

from bot.directory import Person
from bot.messages import absences as messages

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
def test_no_day_is_named_twice(start: datetime, end: datetime) -> None:
    said = messages.in_full((start, end), Person("T1", "UANA", "ana", "Europe/Lisbon"), NOW)

    assert said.count("Wednesday 5 March") == 1


@pytest.mark.parametrize("spans", [[(at(5), at(6))], [(at(5), at(6)), (at(10), at(17))]])
def test_each_absence_is_listed_once_with_its_button(spans: list[tuple[datetime, datetime]]) -> None:
    person = Person("T1", "UANA", "ana", "Europe/Lisbon")
    person.absences = spans
    blocks = messages.kept(person, spans[:1], [], NOW).payload()["blocks"]

    lines = [each["text"]["text"] for each in blocks]
    assert [sum(messages.in_full(each, person, NOW) in line for line in lines) for each in spans] == [1] * len(spans)
    assert sum("accessory" in each for each in blocks) == len(spans)
