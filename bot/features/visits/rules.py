"""Rules of visits: which teams are visited, and what a sponsor may write down afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.features.visits.settings import Settings
from bot.org.teams.models import Team

IN_THE_WAY, SEEN, WILL_DO, DUE = "in_the_way", "themes", "will_do", "due"
"""The names of form fields."""


LONGEST_ANSWER = 2000


@dataclass(frozen=True)
class DebriefAnswers:
    """What a sponsor writes down after a visit; all fields are optional."""

    works: str = ""
    in_the_way: str = ""
    will_do: str = ""
    due_on: date | None = None
    themes: Sequence[str] = ()


@dataclass(frozen=True)
class Promise:
    """A decrypted promise that a sponsor made."""

    id: int
    words: str
    due_on: date | None


def takes_visits(team: Team) -> bool:
    """Return whether a team's sponsor is offered visits."""
    return not (team.is_closed or Settings.of(team).paused)
