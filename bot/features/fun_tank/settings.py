"""A team's settings for its fun tank."""

from typing import ClassVar

from pydantic import Field

from bot.org.teams import settings


class Settings(settings.Settings):
    """A team's settings for its fun tank."""

    feature: ClassVar[str] = "tank"
    title: ClassVar[str] = "Fun tank"
    drain: int = Field(
        1, ge=0, le=10, title="Points lost per working day",
        description="Out of 100. More above 60, and none below 50 while the team fills it. 0 to 10.",
    )  # fmt: skip
    low: int = Field(
        30, ge=5, le=50, title="Low level", description="Below this, I suggest to leaders what could help. 5 to 50."
    )
    high: int = Field(80, ge=65, le=99, title="Full level", description="Above this, I tell the team once. 65 to 99.")
    is_told: bool = Field(True, title="Tell the team when it's full")
