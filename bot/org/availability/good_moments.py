"""Good moments: when a person can be reached. Messages that the bot starts itself wait for the next good moment."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.org.availability.absences import find_return
from bot.org.availability.working_hours import Day, WorkingHours, is_working_day

DAY = timedelta(days=1)
FARTHEST = timedelta(days=400)


def is_good_moment(routine: WorkingHours, at: datetime) -> bool:
    at = at.astimezone(UTC)
    return _later(routine, at) == at


def next_good_moment(routine: WorkingHours, at: datetime) -> datetime | None:
    """Return `at` itself if it is a good moment, else the next one, or None if there is none within 400 days."""
    at = at.astimezone(UTC)
    last = at + FARTHEST
    while at <= last:
        later = _later(routine, at)
        if later == at:
            return later
        at = later
    return None


def is_on_working_day(routine: WorkingHours, at: datetime) -> bool:
    """Return whether an instant is on one of the person's working days, at whatever hour."""
    return is_working_day(routine, _wall(at, ZoneInfo(routine.zone)).date())


def fits_in_shift(routine: WorkingHours, at: datetime, length: timedelta) -> bool:
    """Return whether a time span is within one shift and overlaps no absence. Do Not Disturb does not count."""
    zone = ZoneInfo(routine.zone)
    first, last = _wall(at, zone), _wall(at + length, zone)
    if any(start < at + length and at < end for start, end in routine.absences):
        return False
    shifts = (_shift(routine, day) for day in (first.date(), first.date() - DAY) if is_working_day(routine, day))
    return any(start <= first and last <= end for start, end in shifts)


def next_morning(routine: WorkingHours, now: datetime) -> datetime:
    """Return when the next working day after today starts.

    Ignores Do Not Disturb, because the outbox relay checks it when it sends.
    """
    zone = ZoneInfo(routine.zone)
    tomorrow = datetime.combine(_wall(now, zone).date() + DAY, time(), zone)
    return next_good_moment(replace(routine, quiet=None), tomorrow) or tomorrow.astimezone(UTC)


def morning_after_delivery(routine: WorkingHours, now: datetime) -> datetime:
    """Return the start of the first working day after the day on which a message sent now is read.

    The recipient has until then to answer.
    """
    return next_morning(routine, next_good_moment(replace(routine, quiet=None), now) or now)


def days_before(routine: WorkingHours, now: datetime, days: int) -> datetime:
    """Return the start of the day that was `days` working days ago, not counting today."""
    zone = ZoneInfo(routine.zone)
    day = _wall(now, zone).date()
    earliest = day - FARTHEST
    while days > 0 and day > earliest:
        day -= DAY
        days -= is_working_day(routine, day)
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _later(routine: WorkingHours, at: datetime) -> datetime:
    """Return `at` if it is a good moment, else a later instant, with no good moment between the two."""
    if back := find_return(routine.absences, at):
        return back
    if routine.quiet and routine.quiet[0] <= at < routine.quiet[1]:
        return routine.quiet[1]
    zone = ZoneInfo(routine.zone)
    wall = _wall(at, zone)
    return _moved_on(at, _opens(routine, wall) - wall, zone)


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    """Convert an instant to naive wall time in a zone."""
    return at.astimezone(zone).replace(tzinfo=None)


def _opens(routine: WorkingHours, wall: datetime) -> datetime:
    """Return the first wall time in working hours, from `wall` on, or the end of `wall`'s day if it has none."""
    today = wall.date()
    for day in (today - DAY, today):
        if is_working_day(routine, day):
            start, end = _shift(routine, day)
            opens = _past_quiet(routine, max(wall, start))
            if opens < end:
                return opens
    return datetime.combine(today + DAY, datetime.min.time())


def _shift(routine: WorkingHours, day: date) -> tuple[datetime, datetime]:
    """Return the start and end of the shift that starts on a day; hours after midnight belong to that day."""
    ends_on = day if routine.start < routine.end else day + DAY
    return datetime.combine(day, routine.start), datetime.combine(ends_on, routine.end)


def shifts_between(routine: WorkingHours, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the start and end of each shift that overlaps a time span. Absences do not count."""
    zone = ZoneInfo(routine.zone)
    day, last = _wall(since, zone).date() - DAY, _wall(until, zone).date()
    while day <= last:
        start, end = (each.replace(tzinfo=zone).astimezone(UTC) for each in _shift(routine, day))
        if is_working_day(routine, day) and start < until and since < end:
            yield start, end
        day += DAY


def end_of_shift(routine: WorkingHours, at: datetime) -> datetime | None:
    """Return when the shift that covers an instant ends, or None outside working hours. Absences do not count."""
    zone = ZoneInfo(routine.zone)
    wall = _wall(at, zone)
    for day in (wall.date() - DAY, wall.date()):
        start, end = _shift(routine, day)
        if is_working_day(routine, day) and start <= wall < end:
            return end.replace(tzinfo=zone).astimezone(UTC)
    return None


def _past_quiet(routine: WorkingHours, wall: datetime) -> datetime:
    """Return `wall`, or the end of the daily Do Not Disturb span that covers it.

    A span of a day or more does not repeat daily.
    """
    if not routine.quiet or routine.quiet[1] <= routine.quiet[0]:
        return wall
    first, end = (_wall(each, ZoneInfo(routine.zone)) for each in routine.quiet)
    days, since = divmod(wall - first, DAY)
    is_quiet = days >= 1 and since < end - first < DAY
    return wall - since + (end - first) if is_quiet else wall


def _moved_on(at: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """Return `at` plus `by`, but stop at the first DST transition: wall time must be computed again after it."""
    offset = at.astimezone(zone).utcoffset()
    before, after = at, at + by
    if after.astimezone(zone).utcoffset() == offset:
        return after
    while after - before > timedelta.resolution:
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


DAYS = len(Day)


def is_last_working_day_of_week(routine: WorkingHours, now: datetime) -> bool:
    """Return whether this is the person's last working day of their week. A holiday or an absence may end it early."""
    zone = ZoneInfo(routine.zone)
    return end_of_week(routine, now.astimezone(zone).date()) < next_morning(routine, now).astimezone(zone).date()


def end_of_week(routine: WorkingHours, day: date) -> date:
    """Return the last day of the person's week that `day` is in. Holidays and absences do not count.

    A person who works from Sunday to Thursday has weeks that end on Thursdays.
    """
    return day + timedelta(days=(_last_working_day(routine) - day.weekday()) % DAYS)


def start_of_week(routine: WorkingHours, day: date) -> date:
    """Return the first working day of the person's week that `day` is in. Holidays and absences do not count."""
    first = end_of_week(routine, day) - timedelta(days=DAYS - 1)
    return next(each for each in (first + nth * DAY for nth in range(DAYS)) if each.weekday() in routine.days)


def _last_working_day(routine: WorkingHours) -> int:
    """Return the last working day before the week's longest run of days off; Sunday if there is none."""
    days = sorted(routine.days)
    rest = {day: (later - day) % DAYS or DAYS for day, later in zip(days, [*days[1:], *days[:1]], strict=True)}
    return max(rest, key=lambda day: (rest[day], day))
