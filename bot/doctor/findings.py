"""The doctor's findings (what was checked, its state and the fix), and the error handling around each check."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from bot.settings import Settings


class State(StrEnum):
    WELL = "ok"
    NOTE = "note"
    TROUBLE = "problem"


@dataclass(frozen=True)
class Finding:
    about: str
    state: State
    says: str
    remedy: str | None = None

    @property
    def is_trouble(self) -> bool:
        return self.state is State.TROUBLE


def ok_finding(about: str, says: str) -> Finding:
    return Finding(about, State.WELL, says)


def note_finding(about: str, says: str) -> Finding:
    return Finding(about, State.NOTE, says)


def problem_finding(about: str, says: str, remedy: str) -> Finding:
    return Finding(about, State.TROUBLE, says, remedy)


class NotChecked(Exception):
    """Raised if something else has to be fixed first; the message names it."""


class NoAnswer(Exception):
    """Raised if Slack gave no usable response; the message describes the failure."""


@dataclass(frozen=True)
class CheckedSettings:
    """The settings to check, with defaults in place of wrong values, and the error message for each wrong setting.

    `workspaces` collects the ids of the workspaces that Slack says the bot token is for.
    """

    settings: Settings
    wrong: Mapping[str, str]
    workspaces: set[str] = field(default_factory=set)

    def must_be_right(self, *names: str) -> None:
        if wrong := [name for name in names if name in self.wrong]:
            raise NotChecked(f"Not checked until {wrong[0]} is fixed.")


LONGEST_SECONDS = 10.0


NETWORK = "Check the network, DNS, HTTPS_PROXY and SLACK_API_URL, then try again."


SLOW = "Try again. If it happens again, check the network and the load of this machine."


OURS = "This is a bug in Steward. Please report the name of the check and of the error."


async def run_check(about: str, check: Awaitable[list[Finding]]) -> list[Finding]:
    """Run a check with a timeout and return its findings.

    An unexpected error becomes a finding with its class only, because its message might contain a secret.
    """
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            return await check
    except NotChecked as reason:
        return [note_finding(about, str(reason))]
    except NoAnswer as silence:
        return [problem_finding(about, str(silence), NETWORK)]
    except TimeoutError:
        return [problem_finding(about, f"The check did not finish within {LONGEST_SECONDS:.0f} seconds.", SLOW)]
    except Exception as error:
        return [problem_finding(about, f"The check failed: {type(error).__name__}.", OURS)]


MOST_SECONDS = 60


SET_IT = (
    "Turn on network time on the machine that is wrong (on Linux: `timedatectl set-ntp true`). "
    "A wrong clock sends reminders at the wrong time. If it is five minutes off, HTTP mode refuses Slack's requests."
)


def compare_with_slack(date: str | None, now: datetime) -> Finding:
    """Compare this machine's clock with the `Date` header of an answer from Slack."""
    try:
        theirs = parsedate_to_datetime(date or "")
    except ValueError:
        return note_finding("Clock", "Not compared: Slack's answer had no date.")
    return compare_clocks("Clock", "Slack's", (now - theirs).total_seconds())


def compare_clocks(about: str, whose: str, ahead: float) -> Finding:
    """Compare two clocks; `ahead` is how many seconds this machine is ahead of the other."""
    if abs(ahead) < MOST_SECONDS:
        return ok_finding(about, f"This machine's clock is within {MOST_SECONDS} seconds of {whose}.")
    side = "ahead of" if ahead > 0 else "behind"
    return problem_finding(about, f"This machine's clock is {abs(ahead):.0f} seconds {side} {whose}.", SET_IT)
