"""Findings: what was checked, how it is, what would fix it; and the guard around each check."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
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


class NotChecked(Exception):
    """Something else has to be mended first; the sentence says what."""


class NoAnswer(Exception):
    """Slack gave no answer; the sentence says how that showed."""


@dataclass(frozen=True)
class CheckedSettings:
    """What there is to look at: the settings, wrong ones at their default, and what is wrong with those."""

    settings: Settings
    wrong: Mapping[str, str]

    def must_be_right(self, *names: str) -> None:
        if wrong := [name for name in names if name in self.wrong]:
            raise NotChecked(f"Not looked at until {wrong[0]} is right.")


LONGEST_SECONDS = 10.0


NETWORK = "Look at this machine's way to Slack: its network, its DNS, HTTPS_PROXY, SLACK_API_URL; then try again."


SLOW = "Try again; if it stays so, look at the network and at the load of this machine."


OURS = "That is a mistake of Steward's own: please tell its authors the check and this name."


async def run_check(about: str, check: Awaitable[list[Finding]]) -> list[Finding]:
    """What a check found. Of an unforeseen error only its name is told: its text might hold a secret."""
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            return await check
    except NotChecked as reason:
        return [note(about, str(reason))]
    except NoAnswer as silence:
        return [trouble(about, str(silence), NETWORK)]
    except TimeoutError:
        return [trouble(about, f"This was not done within {LONGEST_SECONDS:.0f} seconds.", SLOW)]
    except Exception as error:
        return [trouble(about, f"This could not be looked at: {type(error).__name__}.", OURS)]


MOST_SECONDS = 60


SET_IT = (
    "Let the machine that is wrong keep network time (on Linux `timedatectl set-ntp true`). "
    "From five minutes off, Slack's requests over HTTP are refused, and reminders come at the wrong time."
)


def compare_with_slack(date: str | None, now: datetime) -> Finding:
    """`date` is the header of that name in an answer of Slack's."""
    try:
        theirs = parsedate_to_datetime(date or "")
    except ValueError:
        return note("Clock", "Slack did not say what time it is there.")
    return compare_clocks("Clock", "Slack's", (now - theirs).total_seconds())


def compare_clocks(about: str, whose: str, ahead: float) -> Finding:
    """`ahead` is by how many seconds this machine is before the other."""
    if abs(ahead) < MOST_SECONDS:
        return well(about, f"Within {MOST_SECONDS} seconds of {whose}.")
    side = "ahead of" if ahead > 0 else "behind"
    return trouble(about, f"This machine's clock is {abs(ahead):.0f} seconds {side} {whose}.", SET_IT)
