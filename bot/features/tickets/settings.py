"""A team's settings for counted tickets."""

from typing import ClassVar

from pydantic import Field

from bot.org.teams import settings


class Settings(settings.Settings):
    """A team's settings for counted tickets; nothing is counted until a tool that reports them is connected."""

    feature: ClassVar[str] = "tickets"
    title: ClassVar[str] = "Counted tickets"
    limit: int = Field(
        20,
        ge=2,
        le=10_000,
        title="Tickets in 15 minutes that start a spike, at first",
        description="Used until I've seen the same hour of the week twice. 2 to 10000.",
    )
    least: int = Field(
        8,
        ge=2,
        le=10_000,
        title="Fewest tickets that can start a spike",
        description="After that I compare with the usual number for that hour. 2 to 10000.",
    )
