"""A team's settings for the voice of the frontline."""

from datetime import time
from typing import ClassVar

from pydantic import Field

from bot.org.teams import settings
from bot.scheduler.recurrence import When, each_month


class Settings(settings.Settings):
    feature: ClassVar[str] = "voice"
    title: ClassVar[str] = "Voice of the frontline"

    is_on: bool = Field(
        True,
        title="Monthly message to the sponsor",
        description="What got in the way, what the team suggests, and what was done. Leaders get a draft two working "
        "days before. Nothing is sent about an empty month, or without a sponsor.",
    )
    at: time = Field(
        time(10),
        title="Draft time",
        description="On the first working day of the month. The sponsor gets it at the same time two working days "
        "later.",
    )

    @property
    def when(self) -> When | None:
        """Return when a month's draft is due, or None if the team has turned it off."""
        return each_month(1, self.at) if self.is_on else None
