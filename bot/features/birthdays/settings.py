"""A team's settings for birthdays and anniversaries, and a person's preferences: their dates, and who sees them."""

import re
from calendar import month_name
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from bot.features.birthdays.models import Kind
from bot.org.people import WAS_ERASED, Person
from bot.org.teams import settings

DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?([a-z]{3,})\.?", re.IGNORECASE)
MONTH_FIRST = re.compile(r"([a-z]{3,})\.?\s+(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?", re.IGNORECASE)
YEAR = re.compile(r"\d{4}")
LEAP_YEAR = 2000
INVITATION_ANSWERED = "occasions_answered"
"""The key in a person's settings that records their answer to the invitation to enter their dates."""


def _day(typed: str) -> str:
    """Return a day as `14 March`, however it was typed."""
    if not typed:
        return ""
    if YEAR.search(typed):
        raise ValueError("Leave out the year. I only keep the day and month.")
    found = _read(typed)
    if found is None:
        raise ValueError("Write it like 14 March.")
    return f"{found.day} {found:%B}"


def _read(typed: str) -> date | None:
    """Parse a typed birthday as a date in a leap year, so that 29 February is valid."""
    if match := DAY_FIRST.fullmatch(typed):
        day, name = match[1], match[2]
    elif match := MONTH_FIRST.fullmatch(typed):
        name, day = match[1], match[2]
    else:
        return None
    months = [number for number, month in enumerate(month_name) if month.lower().startswith(name.lower())]
    try:
        return date(LEAP_YEAR, months[0], int(day)) if len(months) == 1 else None
    except ValueError:
        return None


class Settings(settings.Settings):
    """A team's settings for birthdays and anniversaries."""

    feature: ClassVar[str] = "birthdays"
    title: ClassVar[str] = "Birthdays and anniversaries"
    sign: int = Field(
        3, ge=0, le=10, title="Working days to sign a card",
        description="Before each public birthday or anniversary. 0 to 10; 0 means no cards.",
    )  # fmt: skip


class Wish(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"
    NONE = "none"


class BirthdayPreferences(settings.Settings):
    """A person's dates, shared with nobody until the person chooses to."""

    feature: ClassVar[str] = "birthdays"
    title: ClassVar[str] = "Your birthday and anniversary"
    birthday: Annotated[str, AfterValidator(_day)] = Field(
        "", title="Your birthday", description="Day and month, like 14 March. No year.", max_length=40
    )
    birthday_wish: Wish = Field(
        Wish.NONE,
        title="On your birthday",
        description="Public: a post in your team's channel, with a card that teammates sign. Private: a note that "
        "only you see. None: no post, no note.",
    )
    began_on: date | None = Field(
        None, title="Your first day here", description="For your work anniversary. You can leave it empty."
    )
    anniversary_wish: Wish = Field(Wish.NONE, title="On your work anniversary", description="The same three choices.")

    def visibility(self, kind: Kind) -> Wish:
        """Return who sees a person's birthday or anniversary; `NONE` if no date is entered."""
        if self.date_of(kind) is None:
            return Wish.NONE
        return self.birthday_wish if kind is Kind.BIRTHDAY else self.anniversary_wish

    def date_of(self, kind: Kind) -> date | None:
        """Return the date of birth, whose year is meaningless, or the first day at work."""
        return _read(self.birthday) if kind is Kind.BIRTHDAY else self.began_on


def should_invite(person: Person) -> bool:
    """Return whether to invite a person to enter their dates: they have neither entered any nor declined."""
    return (
        BirthdayPreferences.of(person) == BirthdayPreferences()
        and not {INVITATION_ANSWERED, WAS_ERASED} & person.settings.keys()
    )


def answer_invitation(person: Person) -> None:
    """Record that somebody answered the invitation; they are not invited again, even if they remove their dates."""
    person.settings = {**person.settings, INVITATION_ANSWERED: True}
