"""A team's settings for roadblocks, ideas and promises."""

from datetime import time
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from bot.org.teams import settings
from bot.text import normalization

MOST = 10


def _emoji(names: list[str]) -> list[str]:
    words = [word for name in names for word in name.replace(",", " ").split()]
    found = list(dict.fromkeys(normalization.normalize_emoji(word) for word in words))
    if wrong := [name for name in found if not normalization.EMOJI_NAME.fullmatch(name)]:
        raise ValueError(f"Write an emoji like :+1:. “{wrong[0]}” isn't one.")
    if not 0 < len(found) <= MOST:
        raise ValueError(f"Choose between 1 and {MOST} emoji.")
    return found


class Settings(settings.Settings):
    feature: ClassVar[str] = "followups"
    title: ClassVar[str] = "Roadblocks, ideas and promises"

    listens: bool = Field(
        False,
        title="Listen for promises",
        description="When a leader writes “I'll look into it”, I offer to make it a promise. Only they see the "
        "offer, at most twice a week.",
    )
    reports: bool = Field(
        True,
        title="“You said, we did”",
        description="One post a month in the channel: roadblocks cleared, ideas done, promises kept. No post if "
        "there's nothing to report.",
    )
    report_at: time = Field(
        time(10),
        title="“You said, we did” time",
        description="On the first working day of the month.",
    )
    votes: Annotated[list[str], AfterValidator(_emoji)] = Field(
        ["+1", "heavy_plus_sign"], min_length=1, title="Emoji that count as a vote for an idea",
        description="On an idea's card, in any skin tone. One per line, like :+1:, up to 10.",
    )  # fmt: skip

    def counts(self, emoji: str) -> bool:
        """Return whether a reaction counts as a vote, whatever its skin tone."""
        return normalization.normalize_emoji(emoji) in self.votes
