"""Decisions about heads-ups: which are accepted, which limits hold, and when what hangs on one happens."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import Refusal
from bot.features.heads_ups.models import HeadsUp
from bot.org.availability import good_moments, working_hours
from bot.org.availability.working_hours import WorkingHours
from bot.refusals import common
from bot.refusals import heads_ups as refusals

TITLE, QUEUES, LINK, WORDS, COVER, RITUAL, HOURS = "title", "queues", "link", "words", "cover", "ritual", "hours"
FROM_DAY, FROM_TIME, UNTIL_DAY, UNTIL_TIME = "from_day", "from_time", "until_day", "until_time"
"""The field names of the forms."""
LONGEST_TITLE, LONGEST_LINK, LONGEST_WORDS = 100, 500, 1000
MOST_COVER, MOST_AHEAD, MOST_BOOKED = 5, 20, 100
"""The last one is how many hours a leader may have booked: Slack's limit on the options that are picked in a menu."""
LONGEST_DAYS = 60
TIGHTER_PERCENT, USUAL_PERCENT = 70, 100
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True)
class Draft:
    """A heads-up as entered in the form."""

    title: str
    queues: Sequence[str]
    starts_at: datetime
    ends_at: datetime
    link: str = ""
    words: str = ""
    cover: int = 1


def check_draft(draft: Draft, known: Collection[str], *, now: datetime) -> None:
    """Raise `Refusal` unless a draft can be announced. `known` has the queues that it may name."""
    if not draft.title:
        raise Refusal(refusals.NO_TITLE, field=TITLE)
    for text, longest, field in (
        (draft.title, LONGEST_TITLE, TITLE), (draft.link, LONGEST_LINK, LINK), (draft.words, LONGEST_WORDS, WORDS),
    ):  # fmt: skip
        if len(text) > longest:
            raise Refusal(common.too_long(longest), field=field)
    if unknown := next((each for each in draft.queues if each not in known), None):
        raise Refusal(refusals.unknown_queue(unknown), field=QUEUES)
    if draft.link and not is_link(draft.link):
        raise Refusal(refusals.NO_LINK, field=LINK)
    if not 0 <= draft.cover <= MOST_COVER:
        raise Refusal(common.at_most(MOST_COVER), field=COVER)
    check_times(draft.starts_at, draft.ends_at, now=now)


def is_link(text: str) -> bool:
    return text.startswith(("https://", "http://")) and not set(text) & set(" <>|")


def check_times(starts_at: datetime, ends_at: datetime, *, now: datetime) -> None:
    """Raise `Refusal` for an end that is before the start, or past, or too long after the start."""
    if ends_at <= starts_at:
        raise Refusal(refusals.ENDS_BEFORE_START, field=UNTIL_DAY)
    if ends_at <= now:
        raise Refusal(refusals.OVER_ALREADY, field=UNTIL_DAY)
    if ends_at - starts_at > timedelta(days=LONGEST_DAYS) + HOUR:  # the hour by which clocks go back in autumn
        raise Refusal(refusals.too_many_days(LONGEST_DAYS), field=UNTIL_DAY)


def find_limit_percent(found: Iterable[HeadsUp], queue: str, at: datetime) -> int:
    """Return the percentage of a queue's usual spike limit that holds at an instant.

    Several heads-ups on one queue lower the limit no further than one.
    """
    return TIGHTER_PERCENT if any(each.holds_at(at) and each.covers(queue) for each in found) else USUAL_PERCENT


def list_hours(routine: WorkingHours, starts_at: datetime, ends_at: datetime) -> list[datetime]:
    """Return the starts of all hours to cover: those of the working day, from the start of each shift on."""
    return [
        at
        for opens, closes in good_moments.shifts_between(routine, starts_at, ends_at)
        for at in _hours(opens, closes)
        if at < ends_at and starts_at < min(at + HOUR, closes)
    ]


def _hours(opens: datetime, closes: datetime) -> Iterable[datetime]:
    at = opens
    while at < closes:
        yield at
        at += HOUR


def first_day(found: HeadsUp, zone: str) -> date:
    return found.starts_at.astimezone(ZoneInfo(zone)).date()


def last_day(found: HeadsUp, zone: str) -> date:
    return (found.ends_at - timedelta.resolution).astimezone(ZoneInfo(zone)).date()


def find_repost_time(routine: WorkingHours, found: HeadsUp) -> datetime | None:
    """Return the morning on which the card is posted again: that of the first day, or of the next working day."""
    midnight = datetime.combine(first_day(found, routine.zone), time(), ZoneInfo(routine.zone)).astimezone(UTC)
    morning = good_moments.next_good_moment(routine, midnight)
    return morning if morning and morning < found.ends_at else None


def find_review_time(routine: WorkingHours, ends_at: datetime) -> datetime:
    """Return the first start of a working day after the end."""
    opens = good_moments.next_good_moment(routine, ends_at)
    return opens if opens and opens > ends_at else good_moments.next_morning(routine, ends_at)


def find_eve(routine: WorkingHours, starts_at: datetime) -> date:
    """Return the working day before the first day."""
    return working_hours.add_working_days(routine, starts_at.astimezone(ZoneInfo(routine.zone)).date(), -1)


def is_eve(routine: WorkingHours, starts_at: datetime, now: datetime) -> bool:
    """Return whether this is a person's last working day before the first day."""
    zone = ZoneInfo(routine.zone)
    today, start = now.astimezone(zone).date(), starts_at.astimezone(zone).date()
    return today < start <= good_moments.next_morning(routine, now).astimezone(zone).date()
