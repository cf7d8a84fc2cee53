"""What a team, and each of its people, may choose about thanks."""

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
        raise ValueError(f"Name at least one {what}, and {MOST} at most.")
    return words


def _values(words: list[str]) -> list[str]:
    words = _list([word.strip().removeprefix("#") for word in words], "value")
    for word in words:
        if len(word) > LONGEST_VALUE or not VALUE.fullmatch(word):
            raise ValueError(f"A value is a single word without spaces, like empathy; “{word}” is not.")
    return words


def _phrases(words: list[str]) -> list[str]:
    words = [" ".join(word.split()) for word in _list(words, "phrase")]
    for word in words:
        if not (any(map(str.isalpha, word)) and 3 <= len(word) <= 40):
            raise ValueError(f"A phrase is a few words, 3 to 40 characters, like kudos; “{word}” is not.")
    return words


def _emoji(name: object) -> object:
    return normalization.normalize_emoji(name) if isinstance(name, str) else name


def _one_emoji(name: str) -> str:
    if not normalization.EMOJI_NAME.fullmatch(name):
        raise ValueError("Name one emoji, like :raised_hands:.")
    return name


class Settings(settings.Settings):
    """A team's way with shout-outs."""

    feature: ClassVar[str] = "shoutouts"
    title: ClassVar[str] = "Shout-outs"
    values: Annotated[list[str], AfterValidator(_values)] = Field(
        ["empathy", "ownership", "teamwork", "craft"],
        title="Values",
        description="What your team stands for, one word each; they become tags like #empathy. Up to 20.",
    )
    daily: int = Field(
        5, ge=1, le=50, title="Thanks a day", description="How often one person may thank in a day, 1 to 50."
    )
    phrases: Annotated[list[str], AfterValidator(_phrases)] = Field(
        ["shout-out to", "shoutout to", "kudos", "props", "hats off"],
        title="Words that thank",
        description="A message in the channel with one of these before a name is a shout-out. Up to 20.",
    )
    reaction: Annotated[str, BeforeValidator(_emoji), AfterValidator(_one_emoji)] = Field(
        "raised_hands", title="Emoji that thanks", description="Put on a message, it thanks the one who wrote it."
    )

    coverage: int = Field(
        10,
        ge=3,
        le=60,
        title="Working days without thanks",
        description="After so many, leaders hear, once a week at most, whom nobody has thanked. 3 to 60.",
    )

    quiet: int = Field(
        7,
        ge=0,
        le=60,
        title="Days of silence",
        description="After so many in the channel I ask a kind question, once. 0 never asks.",
    )
    listens: bool = Field(
        False,
        title="Listen for thanks",
        description="Whoever writes “thanks @ana” gets an offer, which nobody else sees, to make it a shout-out.",
    )

    summary: bool = Field(
        True, title="Weekly summary", description="The week's thanks as one post in the channel, when there were any."
    )
    summary_day: Day = Field(Day.FRIDAY, title="Day of the weekly summary")
    summary_at: time = Field(time(15), title="Time of the weekly summary")

    bundle: bool = Field(
        True,
        title="Daily note of emoji thanks",
        description="One note a working day to each person who was thanked by an emoji.",
    )
    bundle_at: time = Field(time(16), title="Time of the daily note")

    quiet_at: time = Field(
        time(10), title="Time of the question", description="The kind one, for a channel that has been quiet."
    )

    def is_thanks(self, reaction: str) -> bool:
        """Whether an emoji is the team's, in any skin tone."""
        return normalization.normalize_emoji(reaction) == self.reaction


class Announce(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"
    NONE = "none"


class ShoutoutPreferences(settings.Settings):
    """A person's own way with thanks."""

    feature: ClassVar[str] = "shoutouts"
    title: ClassVar[str] = "Thanks to you"
    announce: Announce = Field(
        Announce.PUBLIC,
        title="When somebody thanks you",
        description="public: the team's channel and a note to you. private: the note alone. "
        "none: neither; your thanks wait in `/shoutout mine`.",
    )

    @property
    def is_named(self) -> bool:
        """Whether others may read their name."""
        return self.announce is Announce.PUBLIC

    @property
    def is_told(self) -> bool:
        return self.announce is not Announce.NONE
