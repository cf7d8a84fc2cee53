"""Nudges about how leaders spend their time, after a day that took it outside their target ranges."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.balance.models import Part
from bot.features.balance.queries import fetch_fortnights
from bot.features.balance.rules import Fortnight
from bot.features.balance.settings import BalancePreferences
from bot.nudges.selection import Candidate, NudgeRule, Urgency
from bot.org.availability import good_moments
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role

LAST_HOUR = "balance.last_hour"
FREE_MORNING = "balance.free_morning"
STRATEGY_DAY = 3 * 60
HEAVY_DAY = 4 * 60
COOLDOWN = timedelta(days=7)
NOON = time(12)
LAST_HOUR_RULE = NudgeRule(
    when=f"You spent {STRATEGY_DAY // 60} hours or more of your last working day on strategy and none on anything "
    "else, and over two weeks your strategy time is above its range or your frontline time below.",
    pace="Once a week.",
    acted_on="You pressed *I'll be there*.",
)
FREE_MORNING_RULE = NudgeRule(
    when=f"It's before noon, you spent {HEAVY_DAY // 60} hours or more of your last working day on the frontline, and "
    "over two weeks your frontline time is above its range.",
    pace="Once a week.",
    acted_on="You pressed *I'll keep it free*.",
)


@dataclass(frozen=True)
class Facts:
    """Facts about a leader's time, from which the day's nudge about balance is chosen."""

    fortnight: Fortnight
    yesterday: date
    """The leader's previous working day."""
    last_hour: str
    """When the last hour of their working day starts, like `16:00`."""
    is_morning: bool = True
    """Whether it is before noon."""


async def find_reminders(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return nudge candidates about how these leaders spend their time."""
    found = [
        rule(seat, facts)
        for seat, facts in await _find_facts(session, seats, now)
        for rule in (suggest_last_hour_in_queue, suggest_morning_without_queue)
    ]
    return [each for each in found if each]


def suggest_last_hour_in_queue(seat: Seat, facts: Facts) -> Candidate | None:
    """Suggest spending the last hour of today in the queue, after a day spent only on strategy."""
    day, split, bands = _yesterday(facts), facts.fortnight, BalancePreferences.of(seat.person).bands
    is_strategy = day.total >= STRATEGY_DAY and day.minutes(Part.STRATEGY) == day.total
    leans = (
        split.share(Part.STRATEGY) > bands[Part.STRATEGY].high
        or split.share(Part.FRONTLINE) < bands[Part.FRONTLINE].low
    )
    if not (split.has_enough_data and is_strategy and leans):
        return None
    said = {"minutes": day.total, "at": facts.last_hour}
    return Candidate(seat, LAST_HOUR, urgency=Urgency.TODAY, facts=said, every=COOLDOWN)


def suggest_morning_without_queue(seat: Seat, facts: Facts) -> Candidate | None:
    """Suggest a morning away from the queue, after a day with many hours in the queue."""
    minutes, split = _yesterday(facts).minutes(Part.FRONTLINE), facts.fortnight
    leans = split.share(Part.FRONTLINE) > BalancePreferences.of(seat.person).bands[Part.FRONTLINE].high
    if not (facts.is_morning and split.has_enough_data and minutes >= HEAVY_DAY and leans):
        return None
    return Candidate(seat, FREE_MORNING, urgency=Urgency.TODAY, facts={"minutes": minutes}, every=COOLDOWN)


def _yesterday(facts: Facts) -> Fortnight:
    return facts.fortnight.between(facts.yesterday, facts.yesterday + timedelta(days=1))


async def _find_facts(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[tuple[Seat, Facts]]:
    """Return the facts of each leader who has time entries: once per leader, however many teams they lead."""
    leaders = {seat.person.id: seat for seat in reversed(seats) if seat.role is Role.LEADER}
    found = await fetch_fortnights(session, [seat.person for seat in leaders.values()], now)
    return [(seat, _facts_of(seat, found[id], now)) for id, seat in leaders.items() if found[id].total]


def _facts_of(seat: Seat, fortnight: Fortnight, now: datetime) -> Facts:
    yesterday = seat.person.local(good_moments.days_before(seat.routine, now, 1)).date()
    last = datetime.combine(fortnight.today, seat.routine.end) - timedelta(hours=1)
    is_morning = seat.person.local(now).time() < NOON
    return Facts(fortnight, yesterday, last.time().isoformat("minutes"), is_morning)
