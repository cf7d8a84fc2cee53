"""What a team may choose about shadowing."""

from typing import ClassVar

from pydantic import Field

from bot.org.teams import settings


class Settings(settings.Settings):
    """A team's way with shadowing."""

    feature: ClassVar[str] = "shadowing"
    title: ClassVar[str] = "Shadowing"
    minutes: int = Field(
        45, ge=15, le=240, title="Minutes", description="How long a leader sits beside an agent, 15 to 240."
    )
    peace: int = Field(
        10,
        ge=0,
        le=180,
        title="Days of peace",
        description="So long after one leader was there, no other is sent to the same agent. 0 to 180.",
    )
