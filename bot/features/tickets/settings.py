"""What a team may choose about counted tickets."""

from typing import ClassVar

from pydantic import Field

from bot.org.teams import settings


class Settings(settings.Settings):
    """A team's way with counted tickets. Nothing is counted until a tool is connected that tells of them."""

    feature: ClassVar[str] = "tickets"
    title: ClassVar[str] = "Counted tickets"
    limit: int = Field(
        20,
        ge=2,
        le=10_000,
        title="A spike, at first",
        description="So many tickets in 15 minutes, until an hour of the week has been seen twice. 2 to 10000.",
    )
    least: int = Field(
        8,
        ge=2,
        le=10_000,
        title="Never a spike with fewer than",
        description="Afterwards what is usual at that hour decides, but fewer than this never call anybody.",
    )
