"""What a team, and each of its leaders, may choose about queue spikes."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from bot.org.teams import settings
from bot.text.normalization import unique_queues


class Settings(settings.Settings):
    """A team's way with spikes."""

    feature: ClassVar[str] = "spikes"
    title: ClassVar[str] = "Queue spikes"
    queues: Annotated[list[str], AfterValidator(unique_queues)] = Field(
        [], title="Queues", description="One a line, like phones. Left empty, any name is a queue.", max_length=40
    )
    may_call: bool = Field(
        True, title="Everybody may call a spike", description="With /queue spike. Otherwise only leaders may."
    )
    cooldown: int = Field(
        30, ge=0, le=240, title="Minutes of cooldown",
        description="A queue that spikes again so soon goes on with the same card. 0 to 240.",
    )  # fmt: skip


class Ready(StrEnum):
    QUEUE = "queue"
    SHADOW_ONLY = "shadow only"


class SpikePreferences(settings.Settings):
    """A leader's own say."""

    feature: ClassVar[str] = "spikes"
    title: ClassVar[str] = "When a queue spikes"
    ready: Ready = Field(
        Ready.QUEUE,
        title="I can help by",
        description="queue: answering customers too. shadow only: sitting beside somebody, or clearing a blocker.",
    )
    is_named: bool = Field(
        True, title="Tell the team that it is me", description="Otherwise the team reads that somebody helps."
    )
    is_asked: bool = Field(True, title="Ask me afterwards what I saw", description="Once a spike, in two minutes.")

    @property
    def may_answer(self) -> bool:
        """Whether they may be asked to answer customers."""
        return self.ready is Ready.QUEUE
