"""Nudges to leaders about a low fun tank: early in the week, before the queues peak."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.fun_tank import rules
from bot.features.fun_tank.queries import fetch_levels
from bot.features.fun_tank.rules import Cause, Moved
from bot.features.fun_tank.settings import Settings
from bot.nudges.selection import Candidate, NudgeRule, Urgency
from bot.org.availability import good_moments
from bot.org.availability.working_hours import WorkingHours
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role

LOW = "tank.low"
REMINDER_INTERVAL = timedelta(days=7)
LOW_RULE = NudgeRule(
    when=f"You lead a team whose fun tank is below {Settings().low} (the team can change that), and it's early in the "
    "week or the last morning before its queues usually peak.",
    pace="Once a week for each team.",
    acted_on="You pressed *I'll do it*.",
)


async def find_leaders_of_low_tanks(session: AsyncSession, seats: Sequence[Seat]) -> list[tuple[Seat, int]]:
    """Return the leaders of teams whose fun tank is low, each with the tank's level."""
    led = [seat for seat in seats if seat.role is Role.LEADER]
    found = await fetch_levels(session, [seat.team for seat in led])
    return [
        (seat, found[seat.team.id])
        for seat in led
        if seat.team.id in found and found[seat.team.id] < Settings.of(seat.team).low
    ]


def make_candidate(
    seat: Seat, level: int, moved: Mapping[Cause, Moved], peak: int | None, now: datetime
) -> Candidate | None:
    """Return a nudge candidate about a low fun tank, or None if it is not time for a reminder.

    `peak` is the hour of the team's week in which its queues are usually busiest; Monday's first hour is 0.
    """
    if not is_time_to_remind(seat.routine, next_peak(peak, seat.team.zone, now), now):
        return None
    help = rules.suggest_help(level, Settings.of(seat.team).high, moved)
    facts = {"level": level, "help": help, "peak": peak}
    return Candidate(seat, LOW, str(seat.team.id), Urgency.AWAITED, facts, REMINDER_INTERVAL)


def is_time_to_remind(routine: WorkingHours, peak: datetime | None, now: datetime) -> bool:
    """Return whether it is time to remind a leader of a low fun tank.

    That is on the first two working days of a week, unless that week's peak is over, and on the last morning before a
    peak.
    """
    began = _week_began(routine, now)
    is_early = began is not None and (peak is None or peak < began + REMINDER_INTERVAL)
    return is_early or (peak is not None and peak <= good_moments.next_morning(routine, now))


def _week_began(routine: WorkingHours, now: datetime) -> datetime | None:
    """Return when the person's working week started, or None after its first two working days."""
    for days in (1, 2):
        if good_moments.is_last_working_day_of_week(routine, good_moments.days_before(routine, now, days)):
            return good_moments.days_before(routine, now, days - 1)
    return None


def next_peak(peak: int | None, zone: str, now: datetime) -> datetime | None:
    """Return when the given hour of the week starts next, in the team's time zone."""
    if peak is None:
        return None
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=(peak // 24 - local.weekday()) % 7)
    at = datetime.combine(day, time(peak % 24), ZoneInfo(zone))
    return at if at > now else datetime.combine(day + REMINDER_INTERVAL, time(peak % 24), ZoneInfo(zone))
