"""The class `Sample`, and the people, teams and times that samples share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ParamSpec

from bot.org.people import Person
from bot.org.teams.models import Member, Role, Team

P = ParamSpec("P")
NOW = datetime(2026, 11, 17, 10, tzinfo=UTC)
"""The current time in all samples, a Tuesday."""
TODAY = NOW.date()
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
URL = "https://harbour.slack.com/"
LINKS = {"Add to Google Calendar": "https://calendar.google.com/…", "Add to Outlook": "https://outlook.office.com/…"}
LONG = ", ".join(["because the refund queue was empty before noon"] * 4)


def person(name: str, zone: str = "Europe/Lisbon") -> Person:
    return Person("T1", f"U{name.split()[0].upper()}", name, zone)


MAYA, TOM, ANA, BEN, GRACE = map(person, ("Maya", "Tom", "Ana", "Ben", "Grace"))
DINA = person("Dina & co", "America/New_York")
PEOPLE = {each.id: each for each in (MAYA, TOM, ANA, BEN, GRACE, DINA)}
NAMES = {each.id: f"@{each.name}" for each in PEOPLE.values()}


def team(
    name: str = "harbour-support", number: int = 1, *, is_closed: bool = False, sponsor: Person | None = GRACE
) -> Team:
    channel = f"C{name.split('-')[0].upper()}"
    made = Team("T1", channel, name, "Europe/Lisbon", sponsor.id if sponsor else None, NOW, is_closed=is_closed)
    made.id = number
    return made


TEAM, OTHER_TEAM, CLOSED = team(), team("phones", 2, sponsor=None), team("old-support", 3, is_closed=True)


def member(who: Person, role: Role = Role.AGENT, *, is_deputy: bool = False) -> Member:
    return Member("T1", TEAM.id, who.id, role, is_deputy)


LEADERS = [member(MAYA, Role.LEADER), member(TOM, Role.LEADER, is_deputy=True)]
MEMBERS = [*LEADERS, member(ANA), member(BEN), member(DINA)]


@dataclass(frozen=True)
class Sample:
    """A call of a function that builds a message or form; the title says what is special about its arguments."""

    title: str
    function: Callable[..., object]
    call: Callable[[], object]


def show(title: str, function: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> Sample:
    return Sample(title, function, lambda: function(*args, **kwargs))
