"""What a team may choose about its fun tank."""

from typing import ClassVar

from pydantic import Field

from bot.org.teams import settings


class Settings(settings.Settings):
    """A team's way with its tank."""

    feature: ClassVar[str] = "tank"
    title: ClassVar[str] = "Fun tank"
    drain: int = Field(
        1, ge=0, le=10, title="What a working day takes",
        description="Of 100; a tank above 60 loses more, one below 50 nothing while it is filled. 0 to 10.",
    )  # fmt: skip
    low: int = Field(30, ge=5, le=50, title="Low, below", description="Then its leaders hear what might help. 5 to 50.")
    high: int = Field(80, ge=65, le=99, title="Full, above", description="Then the team hears so, once. 65 to 99.")
    is_told: bool = Field(True, title="Tell the team when it is full")
