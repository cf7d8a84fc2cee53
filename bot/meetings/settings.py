"""What somebody may choose about being asked: one choice for leaders who sit beside them and for sponsors who visit."""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from bot.org.teams import settings


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
