"""A team's settings for the pulse, and the statements that every team rates."""

from datetime import time
from enum import IntEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from bot.org.availability.working_hours import Day
from bot.org.teams import settings
from bot.scheduler.recurrence import WEEKDAYS, When

STATEMENTS = ("I have the tools I need to help customers.", "I'm trusted to decide what's right for a customer.")
"""What every team rates, so that rounds can be compared."""
MOST_OWN = 2
MOST_STATEMENTS = len(STATEMENTS) + MOST_OWN
LONGEST_STATEMENT = 120


class Week(IntEnum):
    FIRST = 1
    SECOND = 2
    THIRD = 3
    FOURTH = 4


def _short(statements: list[str]) -> list[str]:
    if len(statements) > MOST_OWN:
        raise ValueError(f"Enter at most {MOST_OWN} statements.")
    if too_long := [each for each in statements if len(each) > LONGEST_STATEMENT]:
        raise ValueError(f"“{too_long[0][:30]}…” is longer than {LONGEST_STATEMENT} characters.")
    if len({each.casefold() for each in (*STATEMENTS, *statements)}) < len(STATEMENTS) + len(statements):
        raise ValueError("Two statements are the same. Change or remove one.")
    return statements


class Settings(settings.Settings):
    feature: ClassVar[str] = "pulse"
    title: ClassVar[str] = "Pulse"

    is_on: bool = Field(
        False,
        title="Monthly pulse",
        description="Agents rate a few statements from 1 to 5. Nobody in Slack can see who said what.",
    )
    week: Week = Field(
        Week.SECOND,
        title="Pulse week",
        description="“Second” with the day “Tuesday” means the second Tuesday of the month.",
    )
    day: Day = Field(Day.TUESDAY, title="Pulse day", description="Agents have seven working days to answer.")
    at: time = Field(time(10), title="Pulse time")
    own: Annotated[list[str], AfterValidator(_short)] = Field(
        [],
        title="Your own statements",
        description=(
            f"Agents always rate “{STATEMENTS[0]}” and “{STATEMENTS[1]}” Add up to {MOST_OWN} of your own, one per "
            "line."
        ),
    )

    @property
    def statements(self) -> list[str]:
        return [*STATEMENTS, *self.own]

    @property
    def when(self) -> When | None:
        """Return when a round opens, or None if the pulse is off."""
        return When(f"FREQ=MONTHLY;BYDAY=+{self.week}{WEEKDAYS[self.day]}", self.at) if self.is_on else None
