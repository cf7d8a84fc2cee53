"""A team's settings for alerts in Slack messages."""

from typing import ClassVar

from pydantic import Field

from bot.org.teams import settings


class Settings(settings.Settings):
    """A team's settings for alerts in Slack messages."""

    feature: ClassVar[str] = "rules"
    title: ClassVar[str] = "Alerts in messages"
    people: bool = Field(
        False,
        title="Messages from people can report a spike",
        description="A rule can then match what people write in its channel. If off, rules only match tools.",
    )
