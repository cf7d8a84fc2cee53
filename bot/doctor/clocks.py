"""This machine's clock against another one."""

from datetime import datetime
from email.utils import parsedate_to_datetime

from bot.doctor.findings import Finding, note, trouble, well

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
