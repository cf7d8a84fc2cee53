"""A team's settings for shadowing."""

from typing import ClassVar

from pydantic import Field

from bot.org.teams import settings


class Settings(settings.Settings):
    """A team's settings for shadowing."""

    feature: ClassVar[str] = "shadowing"
    title: ClassVar[str] = "Shadowing"
    minutes: int = Field(
        45, ge=15, le=240, title="Length in minutes", description="How long a leader sits with an agent. 15 to 240."
    )
    peace: int = Field(
        10,
        ge=0,
        le=180,
        title="Days before the same agent is suggested again",
        description="To any leader, after one has shadowed the agent. 0 to 180.",
    )
