"""What a team may choose about alerts in messages."""

from typing import ClassVar

from pydantic import Field

from bot.org.teams import settings


class Settings(settings.Settings):
    """A team's way with alerts that stand in messages."""

    feature: ClassVar[str] = "rules"
    title: ClassVar[str] = "Alerts in messages"
    people: bool = Field(
        False,
        title="People may call a spike in a message",
        description="A rule may then listen to people here who write in its channel. Without it only tools are heard.",
    )
