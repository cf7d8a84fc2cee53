"""What a team may choose about celebrations."""

from typing import ClassVar

from pydantic import Field

from bot import teams


class Settings(teams.Settings):
    """A team's way of celebrating."""

    feature: ClassVar[str] = "celebrations"
    title: ClassVar[str] = "Celebrations"
    reactions: int = Field(
        8, ge=0, le=100, title="Reactions",
        description="A message to which so many people react is celebrated in its thread, once. 0 never. Up to 100.",
    )  # fmt: skip
    spikes: bool = Field(
        True, title="Spikes that end early", description="Thanked for in their thread, once the queue has stayed calm."
    )
