"""A team's settings for queue spikes, and a leader's preferences."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from bot.org.teams import settings
from bot.text.normalization import unique_queues


class Settings(settings.Settings):
    """A team's settings for spikes."""

    feature: ClassVar[str] = "spikes"
    title: ClassVar[str] = "Queue spikes"
    queues: Annotated[list[str], AfterValidator(unique_queues)] = Field(
        [], title="Queues", description="One per line, like phones. Leave empty to accept any name.", max_length=40
    )
    may_call: bool = Field(
        True, title="Anyone can report a spike", description="With /queue spike. If off, only leaders can."
    )
    cooldown: int = Field(
        30, ge=0, le=240, title="Cooldown in minutes",
        description="A queue that spikes again within this time continues on the same card. 0 to 240.",
    )  # fmt: skip


class Ready(StrEnum):
    QUEUE = "queue"
    SHADOW_ONLY = "shadow only"


class SpikePreferences(settings.Settings):
    """A leader's preferences about being asked to help with spikes."""

    feature: ClassVar[str] = "spikes"
    title: ClassVar[str] = "When a queue spikes"
    ready: Ready = Field(
        Ready.QUEUE,
        title="How you can help",
        description="Queue: you answer customers too. Shadow only: you sit with an agent or clear a roadblock.",
    )
    is_named: bool = Field(
        True, title="Show your name when you help", description="If off, the team sees that a leader is helping."
    )
    is_asked: bool = Field(True, title="Debrief afterwards", description="Once per spike. Takes two minutes.")

    @property
    def may_answer(self) -> bool:
        """Whether the leader may be asked to answer customers."""
        return self.ready is Ready.QUEUE
