"""A team's settings for one-on-ones."""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from bot.org.teams import settings


class Cadence(StrEnum):
    """How often a pair meets by default, as an RFC 5545 recurrence rule; a pair may choose another rule."""

    EVERY_WEEK = "FREQ=WEEKLY"
    EVERY_2_WEEKS = "FREQ=WEEKLY;INTERVAL=2"
    EVERY_4_WEEKS = "FREQ=WEEKLY;INTERVAL=4"


class Settings(settings.Settings):
    """A team's settings for one-on-ones."""

    feature: ClassVar[str] = "one_on_ones"
    title: ClassVar[str] = "One-on-ones"
    cadence: Cadence = Field(
        Cadence.EVERY_2_WEEKS, title="How often", description="For new pairs. /1on1 @ana changes it for one pair."
    )
    minutes: int = Field(30, ge=10, le=120, title="Length in minutes", description="10 to 120.")
    offers: bool = Field(
        True,
        title="Offer times to agents",
        description="If nothing is booked six days before a one-on-one is due, I offer the agent three times at which "
        "you're both at work. Otherwise I only remind the leader.",
    )
    weekly: int = Field(
        4,
        ge=1,
        le=20,
        title="One-on-ones per leader per week",
        description="The most that I offer times for, or remind a leader about. 1 to 20.",
    )
