"""Rules of change notices: what a notice may say and for how long, and how many there may be in a week."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.errors import Refusal
from bot.org.availability.good_moments import next_good_moment
from bot.org.availability.working_hours import WorkingHours
from bot.refusals import notices as refusals

LONGEST_CHANGE = 200
LONGEST_DETAILS = 3000
LONGEST_LINK = 500
LONGEST_QUESTION = 500
LONGEST_ANSWER = 2500
MOST_A_WEEK = 2
DEFAULT_VALIDITY = timedelta(days=14)
LONGEST_VALIDITY = timedelta(days=60)
FEWEST_UNCLEAR = 3
"""Leaders see how many people find a notice unclear only from this number."""
LONGEST_WAIT = timedelta(days=4)
"""How long questions wait for an author who is not at work, before all leaders get them instead."""
CHANGE, DETAILS, LINK, STARTS_ON, ENDS_ON, EDIT = "change", "details", "link", "starts_on", "ends_on", "edit"
"""The fields of the form."""


class Edit(StrEnum):
    """What an edit means to those who have read the notice."""

    SMALL = "small"
    """They need not read it again."""
    ASK_AGAIN = "ask_again"


@dataclass(frozen=True)
class NoticeText:
    """A notice as it was typed."""

    change: str
    details: str
    link: str
    starts_on: date
    ends_on: date


def check_draft(draft: NoticeText, today: date) -> None:
    """Raise `Refusal` at the first field of a draft that is wrong. `today` is a day in the team's time zone."""
    if not draft.change:
        raise Refusal(refusals.NO_CHANGE, field=CHANGE)
    for text, most, field in (
        (draft.change, LONGEST_CHANGE, CHANGE), (draft.details, LONGEST_DETAILS, DETAILS),
        (draft.link, LONGEST_LINK, LINK),
    ):  # fmt: skip
        if len(text) > most:
            raise Refusal(refusals.too_long(most, len(text)), field=field)
    if draft.link and not draft.link.startswith(("https://", "http://")):
        raise Refusal(refusals.NOT_A_LINK, field=LINK)
    if draft.ends_on < max(today, draft.starts_on):
        raise Refusal(refusals.ENDS_TOO_EARLY, field=ENDS_ON)
    if draft.ends_on > max(today, draft.starts_on) + LONGEST_VALIDITY:
        raise Refusal(refusals.ends_too_late(LONGEST_VALIDITY.days), field=ENDS_ON)


def check_weekly_limit(asked_on: Sequence[str], today: date) -> None:
    """Raise `Refusal` if a team was asked to read something as often as it may be in this calendar week."""
    this_week = today.isocalendar()[:2]
    if sum(date.fromisoformat(day).isocalendar()[:2] == this_week for day in asked_on) >= MOST_A_WEEK:
        raise Refusal(refusals.weekly_limit(MOST_A_WEEK, today + timedelta(days=7 - today.weekday())), field=CHANGE)


def is_back_soon(hours: WorkingHours, now: datetime) -> bool:
    """Return whether somebody is at work within `LONGEST_WAIT`: after a weekend, but not after a long absence."""
    back = next_good_moment(replace(hours, quiet=None), now)
    return back is not None and back - now <= LONGEST_WAIT


def split_lines(lines: Sequence[str], before: Sequence[str]) -> list[tuple[str, bool]]:
    """Return each line of a notice, and whether it is new in this edition."""
    return [(line, bool(before) and bool(line.strip()) and line not in before) for line in lines]
