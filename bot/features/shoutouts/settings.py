"""A team's settings for shout-outs, and a person's preferences."""

import re
from datetime import time
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field

from bot.org.availability.working_hours import Day
from bot.org.teams import settings
from bot.text import normalization

MOST = 20
LONGEST_VALUE = 40
VALUE = re.compile(r"[\d_-]*[^\W\d_][\w-]*")


def _list(words: list[str], what: str) -> list[str]:
    words = list({word.casefold(): word for word in map(str.strip, words) if word}.values())
    if not 1 <= len(words) <= MOST:
        raise ValueError(f"Enter at least one {what}, and {MOST} at most.")
    return words


def _values(words: list[str]) -> list[str]:
    words = _list([word.strip().removeprefix("#") for word in words], "value")
    for word in words:
        if len(word) > LONGEST_VALUE or not VALUE.fullmatch(word):
            raise ValueError(f"A value is a single word, like empathy. “{word}” isn't.")
    return words


def _phrases(words: list[str]) -> list[str]:
    words = [" ".join(word.split()) for word in _list(words, "phrase")]
    for word in words:
        if not (any(map(str.isalpha, word)) and 3 <= len(word) <= 40):
            raise ValueError(f"A phrase has 3 to 40 characters, like kudos. “{word}” doesn't work.")
    return words


def _emoji(name: object) -> object:
    return normalization.normalize_emoji(name) if isinstance(name, str) else name


def _one_emoji(name: str) -> str:
    if not normalization.EMOJI_NAME.fullmatch(name):
        raise ValueError("Enter one emoji, like :raised_hands:.")
    return name


class Settings(settings.Settings):
    """A team's settings for shout-outs."""

    feature: ClassVar[str] = "shoutouts"
    title: ClassVar[str] = "Shout-outs"
    values: Annotated[list[str], AfterValidator(_values)] = Field(
        ["empathy", "ownership", "teamwork", "craft"],
        title="Values",
        description="One word per line, up to 20. They become tags, like #empathy.",
    )
    daily: int = Field(5, ge=1, le=50, title="Thank-you limit per person per day", description="1 to 50.")
    phrases: Annotated[list[str], AfterValidator(_phrases)] = Field(
        ["shout-out to", "shoutout to", "kudos", "props", "hats off"],
        title="Phrases that count as a shout-out",
        description="A channel message with one of these before a name is a shout-out. One per line, up to 20.",
    )
    reaction: Annotated[str, BeforeValidator(_emoji), AfterValidator(_one_emoji)] = Field(
        "raised_hands", title="Thank-you emoji", description="Adding it to a message thanks the person who wrote it."
    )

    coverage: int = Field(
        10,
        ge=3,
        le=60,
        title="Working days without thanks before I tell leaders",
        description="At most once a week, I tell leaders which agents nobody has thanked for this long. 3 to 60.",
    )

    quiet: int = Field(
        7,
        ge=0,
        le=60,
        title="Quiet days before I ask the channel a question",
        description="I ask once each time the channel goes quiet. 0 to 60; 0 means never.",
    )
    listens: bool = Field(
        False,
        title="Listen for thanks",
        description="When someone writes “thanks @ana”, I offer to make it a shout-out. Only they see that.",
    )

    summary: bool = Field(
        True,
        title="Weekly summary",
        description="One post in the channel with the week's shout-outs, if there were any.",
    )
    summary_day: Day = Field(Day.FRIDAY, title="Weekly summary day")
    summary_at: time = Field(time(15), title="Weekly summary time")

    bundle: bool = Field(
        True,
        title="Daily note about emoji thanks",
        description="One private note per working day to each person who was thanked with the emoji.",
    )
    bundle_at: time = Field(time(16), title="Daily note time")

    quiet_at: time = Field(time(10), title="Quiet channel question time")

    @property
    def emoji(self) -> str:
        """The thank-you emoji, as mrkdwn shows it."""
        return f":{self.reaction}:"

    def is_thanks(self, reaction: str) -> bool:
        """Return whether an emoji is the team's thank-you emoji, in any skin tone."""
        return normalization.normalize_emoji(reaction) == self.reaction


class Announce(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"
    NONE = "none"


class ShoutoutPreferences(settings.Settings):
    """A person's preferences about being thanked."""

    feature: ClassVar[str] = "shoutouts"
    title: ClassVar[str] = "Shout-outs for you"
    announce: Announce = Field(
        Announce.PUBLIC,
        title="When someone thanks you",
        description="Public: a card in the channel and a note to you. Private: only the note. "
        "None: neither; /shoutout mine shows your thanks.",
    )

    @property
    def is_named(self) -> bool:
        """Whether others may see the name of the person thanked."""
        return self.announce is Announce.PUBLIC

    @property
    def is_told(self) -> bool:
        return self.announce is not Announce.NONE
