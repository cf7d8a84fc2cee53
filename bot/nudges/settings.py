"""What somebody does not want to be reminded of."""

from typing import ClassVar

from pydantic import Field

from bot.org.teams.settings import Settings


class NudgePreferences(Settings):
    """A person's own say about nudges."""

    feature: ClassVar[str] = "nudges"
    title: ClassVar[str] = "Reminders"
    muted: list[str] = Field([], title="Muted", description="Kinds of reminders that you do not want.")
