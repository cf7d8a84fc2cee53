"""A team's settings for hand-ups."""

from typing import ClassVar

from pydantic import Field

from bot.org.teams import settings


class Settings(settings.Settings):
    feature: ClassVar[str] = "hand_ups"
    title: ClassVar[str] = "Hand-ups"
    own_leader_first: bool = Field(
        False,
        title="Ask the agent's own leader first",
        description="The leader who has one-on-ones with the agent, if they're at work. If off, the leader who had the "
        "least time with customers lately is asked first.",
    )
