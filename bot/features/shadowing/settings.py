"""What a team, and each of its people, may choose about shadowing."""

from enum import StrEnum
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


class Asked(StrEnum):
    ASK_ME = "ask me"
    RATHER_NOT = "rather not"


class ShadowingPreferences(settings.Settings):
    """A person's own say."""

    feature: ClassVar[str] = "shadowing"
    title: ClassVar[str] = "Sitting beside me"
    asked: Asked = Field(
        Asked.ASK_ME,
        title="When a leader, or the sponsor, would like to sit beside me",
        description="ask me: I say yes or no each time. rather not: nobody asks, and nobody is told why.",
    )

    @property
    def may_be_asked(self) -> bool:
        return self.asked is Asked.ASK_ME
