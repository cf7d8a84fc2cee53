"""Rules of the voice of the frontline: which month it covers, when it is due, and which quotes may be shown."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from pydantic import BaseModel

from bot.followups.models import Followup
from bot.org.availability.working_hours import WorkingHours, add_working_days, is_working_day

WORKING_DAYS_BEFORE = 2
"""How many working days before the sponsor leaders see the draft."""
FEWEST_PEOPLE = 3
"""How many different people must stand behind hand-ups, or behind quotes without a name, before any are shown."""
MONTH = relativedelta(months=1)


class HandUpCounts(BaseModel):
    """A month's hand-ups in numbers. They are stored with the draft, because hand-ups are deleted after 30 days."""

    since: date
    """The first day that is counted: hand-ups of earlier days of the month may have been deleted."""
    raised: int
    answered: int
    minutes: int | None = None
    """The median time until a leader said yes; None if too few did."""
    themes: dict[str, int] = {}


def select_unnamed(this: Sequence[Followup], before: Sequence[Followup]) -> list[Followup]:
    """Return the follow-ups of a month to quote without a name; none if fewer than three people wrote them.

    If those of the month `before` were too few, they are added once. Each writer's first follow-up comes before
    anyone's second, so the start of the list also comes from three people.
    """
    found = [*(before if _count_authors(before) < FEWEST_PEOPLE else ()), *this]
    if _count_authors(found) < FEWEST_PEOPLE:
        return []
    nth, seen = dict[int, int](), Counter[str]()
    for each in found:
        nth[each.id] = seen[each.author_id]
        seen[each.author_id] += 1
    return sorted(found, key=lambda each: nth[each.id])


def _count_authors(found: Sequence[Followup]) -> int:
    return len({each.author_id for each in found})


def find_month(zone: str, now: datetime) -> tuple[date, date]:
    """Return the first day of the month before, and of the current one, in a time zone."""
    after = now.astimezone(ZoneInfo(zone)).date().replace(day=1)
    return after - MONTH, after


def start_of(day: date, zone: str) -> datetime:
    """Return the instant at which a day begins in a time zone."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def find_draft_time(routine: WorkingHours, now: datetime, at: time) -> datetime:
    """Return when the draft is due: now on a working day, otherwise at the usual time on the next one."""
    today = routine.to_wall_time(now).date()
    return now if is_working_day(routine, today) else _at(routine, add_working_days(routine, today, 1), at)


def find_sending_time(routine: WorkingHours, drafted_at: datetime, at: time) -> datetime:
    """Return when the sponsor gets the message whose draft leaders got at `drafted_at`."""
    drafted_on = routine.to_wall_time(drafted_at).date()
    return _at(routine, add_working_days(routine, drafted_on, WORKING_DAYS_BEFORE), at)


def _at(routine: WorkingHours, day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZoneInfo(routine.zone)).astimezone(UTC)
