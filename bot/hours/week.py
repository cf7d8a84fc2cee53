"""The week as one person has it: which day of work is the last before its longest rest."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.hours.moment import next_morning
from bot.hours.routine import Day, Routine

DAYS = len(Day)


def ends_week(routine: Routine, now: datetime) -> bool:
    """Whether no other day of somebody's week is worked after today: a holiday or leave may end it sooner."""
    zone = ZoneInfo(routine.zone)
    today, then = now.astimezone(zone).date(), next_morning(routine, now).astimezone(zone).date()
    days_until = (_last(routine) - today.weekday()) % DAYS
    return today + timedelta(days=days_until) < then


def _last(routine: Routine) -> int:
    """The weekday before the longest rest; Sunday for who works every day."""
    days = sorted(routine.days)
    rest = {day: (later - day) % DAYS or DAYS for day, later in zip(days, [*days[1:], *days[:1]], strict=True)}
    return max(rest, key=lambda day: (rest[day], day))
