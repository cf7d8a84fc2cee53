"""A team's settings for celebrations."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from bot.org.teams import settings
from bot.text import normalization

MOST = 50


def _emoji(names: list[str]) -> list[str]:
    names = list(
        dict.fromkeys(normalization.normalize_emoji(each) for name in names for each in name.replace(",", " ").split())
    )
    for name in names:
        if not normalization.EMOJI_NAME.fullmatch(name):
            raise ValueError(f"Write an emoji like :party-parrot:. “{name}” isn't one.")
    if len(names) > MOST:
        raise ValueError(f"That's too many. The limit is {MOST} emoji.")
    return names


class Settings(settings.Settings):
    """A team's settings for celebrations."""

    feature: ClassVar[str] = "celebrations"
    title: ClassVar[str] = "Celebrations"
    reactions: int = Field(
        8, ge=0, le=100, title="Reactions that start a celebration",
        description="When this many people add a happy emoji, I reply once in the thread. 0 to 100; 0 means never.",
    )  # fmt: skip
    glad: Annotated[list[str], AfterValidator(_emoji)] = Field(
        [], title="Your own happy emoji",
        description="They count like :tada: and :clap:. One per line, like :party-parrot:, up to 50.",
    )  # fmt: skip
    spikes: bool = Field(
        True, title="Celebrate spikes that end early", description="In their thread, once the queue has stayed calm."
    )
