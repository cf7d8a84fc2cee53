"""A team's settings for roadblocks, ideas and promises."""

from datetime import time
from typing import ClassVar

from pydantic import Field

from bot.org.teams import settings


class Settings(settings.Settings):
    feature: ClassVar[str] = "followups"
    title: ClassVar[str] = "Roadblocks, ideas and promises"

    listens: bool = Field(
        False,
        title="Listen for promises",
        description="When a leader writes “I'll look into it”, I offer to make it a promise. Only they see that, "
        "twice a week at most.",
    )
    reports: bool = Field(
        True,
        title="“You said, we did”",
        description="One post a month in the channel: roadblocks removed, ideas done, promises kept. None if there is "
        "nothing to say.",
    )
    report_at: time = Field(
        time(10),
        title="“You said, we did” time",
        description="On the first working day of the month.",
    )
