"""A person's preference about being shadowed or visited: one setting for leaders and sponsors."""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from bot.org.teams import settings


class Asked(StrEnum):
    ASK_ME = "ask me"
    RATHER_NOT = "rather not"


class ShadowingPreferences(settings.Settings):
    """A person's preference about being shadowed or visited."""

    feature: ClassVar[str] = "shadowing"
    title: ClassVar[str] = "Shadowing and visits"
    asked: Asked = Field(
        Asked.ASK_ME,
        title="When a leader or the sponsor wants to sit with you",
        description="Ask me: you say yes or no each time. Rather not: I don't ask, and I tell nobody why.",
    )

    @property
    def may_be_asked(self) -> bool:
        return self.asked is Asked.ASK_ME
