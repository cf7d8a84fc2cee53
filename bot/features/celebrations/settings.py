"""What a team may choose about celebrations."""

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
            raise ValueError(f"An emoji is named like :party-parrot:; “{name}” is not.")
    if len(names) > MOST:
        raise ValueError(f"{MOST} emoji at most.")
    return names


class Settings(settings.Settings):
    """A team's way of celebrating."""

    feature: ClassVar[str] = "celebrations"
    title: ClassVar[str] = "Celebrations"
    reactions: int = Field(
        8, ge=0, le=100, title="Reactions",
        description="A message that so many people are glad about is celebrated, once, in its thread. 0 to 100.",
    )  # fmt: skip
    glad: Annotated[list[str], AfterValidator(_emoji)] = Field(
        [], title="Glad emoji of your own",
        description="They count as :tada:, :clap: and their like do, such as :party-parrot:. One a line, up to 50.",
    )  # fmt: skip
    spikes: bool = Field(
        True, title="Spikes that end early", description="Thanked for in their thread, once the queue has stayed calm."
    )
