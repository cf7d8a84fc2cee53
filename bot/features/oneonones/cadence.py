"""When a pair is due: rules of RFC 5545 on days."""

from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr

from bot.features.oneonones.settings import Cadence

WEEKDAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday"}
NTHS = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
RULES: dict[str, str] = {
    Cadence.EVERY_WEEK: "every week",
    Cadence.EVERY_2_WEEKS: "every 2 weeks",
    Cadence.EVERY_4_WEEKS: "every 4 weeks",
    **{
        f"FREQ=MONTHLY;BYDAY={nth}{day}": f"every {word} {name} of the month"
        for nth, word in NTHS.items()
        for day, name in WEEKDAYS.items()
    },
}
"""Every rhythm a pair may choose, in words."""
A_WEEK = timedelta(days=7)


def due_after(rule: str, day: date) -> date:
    """The day by which a pair should meet that met, or let one go, on `day`."""
    start = datetime.combine(day, time())
    after: datetime | None = rrulestr(rule, dtstart=start).after(start)
    return after.date() if after else day + A_WEEK


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def sunday_of(day: date) -> date:
    return monday_of(day) + timedelta(days=6)


def first_due(day: date, before: int, weekly: int) -> date:
    """When a new pair is due whose leader has `before` others: to be planned from next Monday on, not all at once."""
    return sunday_of(day) + timedelta(days=1) + (1 + before // weekly) * A_WEEK
