"""A finding: what was looked at, how it is, and for trouble what would mend it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.settings import Settings


class State(StrEnum):
    WELL = "well"
    NOTE = "note"
    TROUBLE = "trouble"


@dataclass(frozen=True)
class Finding:
    about: str
    state: State
    says: str
    remedy: str | None = None

    @property
    def is_trouble(self) -> bool:
        return self.state is State.TROUBLE


def well(about: str, says: str) -> Finding:
    return Finding(about, State.WELL, says)


def note(about: str, says: str) -> Finding:
    return Finding(about, State.NOTE, says)


def trouble(about: str, says: str, remedy: str) -> Finding:
    return Finding(about, State.TROUBLE, says, remedy)


class NotLookedAt(Exception):
    """Something else has to be mended first; the sentence says what."""


class Silence(Exception):
    """Slack gave no answer; the sentence says how that showed."""


@dataclass(frozen=True)
class Given:
    """What there is to look at: the settings, wrong ones at their default, and what is wrong with those."""

    settings: Settings
    wrong: Mapping[str, str]

    def must_be_right(self, *names: str) -> None:
        if wrong := [name for name in names if name in self.wrong]:
            raise NotLookedAt(f"Not looked at until {wrong[0]} is right.")
