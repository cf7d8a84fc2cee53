"""Rules of visits: which teams' sponsors are offered visits, and what a sponsor may write down afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.errors import Refusal
from bot.features.visits.settings import Settings
from bot.org.teams.models import Team
from bot.refusals import common
from bot.refusals import visits as refusals

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


def check_debrief(said: DebriefAnswers, today: date) -> None:
    """Raise `Refusal` unless the texts are short enough, an obstacle has a theme, and a promise has a due day."""
    for field, words in (("works", said.works), (IN_THE_WAY, said.in_the_way), (WILL_DO, said.will_do)):
        if len(words) > LONGEST_ANSWER:
            raise Refusal(common.too_long(LONGEST_ANSWER), field=field)
    if said.in_the_way and not said.themes:
        raise Refusal(refusals.NO_TAG, field=SEEN)
    if said.will_do and (said.due_on is None or said.due_on <= today):
        raise Refusal(refusals.PROMISE_DAY_NOT_AHEAD, field=DUE)


def takes_visits(team: Team) -> bool:
    """Return whether a team's sponsor is offered visits."""
    return not (team.is_closed or Settings.of(team).paused)
