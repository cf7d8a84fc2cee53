"""What a team chooses about birthdays, and what each person says of their own: a day, and how they like it kept."""

import re
from calendar import month_name
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from bot.features.birthdays.models import Kind
from bot.org.people import Person
from bot.org.teams import settings

DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?([a-z]{3,})\.?", re.IGNORECASE)
MONTH_FIRST = re.compile(r"([a-z]{3,})\.?\s+(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?", re.IGNORECASE)
YEAR = re.compile(r"\d{4}")
LEAP_YEAR = 2000
INVITATION_ANSWERED = "occasions_answered"
"""The key in a person's settings that says they have answered the invitation to enter their days."""


def _day(typed: str) -> str:
    """`14 March`, however it was typed."""
    if not typed:
        return ""
    if YEAR.search(typed):
        raise ValueError("Leave the year out, please: day and month are all I keep.")
    found = _read(typed)
    if found is None:
        raise ValueError("Say it like 14 March, please.")
    return f"{found.day} {found:%B}"


def _read(typed: str) -> date | None:
    """A day of a leap year, so that there is a 29 February."""
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
    """A team's way with birthdays and anniversaries."""

    feature: ClassVar[str] = "birthdays"
    title: ClassVar[str] = "Birthdays and anniversaries"
    sign: int = Field(
        3, ge=0, le=10, title="Working days to sign a card",
        description="So long before, teammates may sign one for whoever likes it public. 0 makes no cards. Up to 10.",
    )  # fmt: skip


class Wish(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"
    NONE = "none"


class BirthdayPreferences(settings.Settings):
    """What somebody says of their own days. Nothing is told to anybody until they choose so."""

    feature: ClassVar[str] = "birthdays"
    title: ClassVar[str] = "My birthday and anniversary"
    birthday: Annotated[str, AfterValidator(_day)] = Field(
        "", title="My birthday", description="Day and month, like 14 March. Never a year.", max_length=40
    )
    birthday_wish: Wish = Field(
        Wish.NONE,
        title="How I like it kept",
        description="public: in your team's channel, with a card that teammates sign. private: a note from me that "
        "only you see. none: I say nothing.",
    )
    began_on: date | None = Field(
        None, title="The day I began here", description="For your work anniversary. Leave it empty for none."
    )
    anniversary_wish: Wish = Field(Wish.NONE, title="How I like that kept", description="The same three.")

    def wish(self, kind: Kind) -> Wish:
        """How they like it kept; none as long as they have named no day."""
        if self.date_of(kind) is None:
            return Wish.NONE
        return self.birthday_wish if kind is Kind.BIRTHDAY else self.anniversary_wish

    def date_of(self, kind: Kind) -> date | None:
        """The first of its kind; of a birthday the year says nothing."""
        return _read(self.birthday) if kind is Kind.BIRTHDAY else self.began_on


def is_invited(person: Person) -> bool:
    """Whether to invite somebody to enter their days: they have said nothing of them yet, and not declined."""
    return BirthdayPreferences.of(person) == BirthdayPreferences() and INVITATION_ANSWERED not in person.settings


def answer_invitation(person: Person) -> None:
    """Entered or declined: they are not invited again, not even when they take out what they entered."""
    person.settings = {**person.settings, INVITATION_ANSWERED: True}
