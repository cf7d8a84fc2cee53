"""A working week: what a team agrees on, what a person sets for themself, and what comes of both."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import IntEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from bot import teams
from bot.hours.places import is_known


class Day(IntEnum):
    """A weekday, counted as `date.weekday` counts."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


def _known(code: str) -> str:
    if code and not is_known(code):
        raise ValueError("I do not know the holidays there. Choose a country like PT, or a part of one like DE-BY.")
    return code


Country = Annotated[str, AfterValidator(_known)]


class Settings(teams.Settings):
    """A team's working week. An end at or before the start is on the next day: a night shift, or 24 hours."""

    feature: ClassVar[str] = "hours"

    days: list[Day] = list(Day)[:5]
    start: time = time(9)
    end: time = time(17)
    country: Country = ""


class Own(teams.Settings):
    """What one person has set for themself; None is as the team has it."""

    feature: ClassVar[str] = "hours"

    days: list[Day] | None = None
    start: time | None = None
    end: time | None = None
    country: Country | None = None


@dataclass(frozen=True)
class Routine:
    """When one person works, on the clock of their zone, and the instants they are away or want quiet."""

    zone: str
    days: frozenset[Day]
    start: time
    end: time
    country: str = ""
    away_until: datetime | None = None
    quiet: tuple[datetime, datetime] | None = None
    """Do Not Disturb as Slack shows it: the span that is on or next to come. It comes again every day."""
