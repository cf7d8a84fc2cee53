"""Reminders to the owners of promises, from two days at work before the due day until three working days after."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.followups.models import Followup, Kind, State
from bot.nudges.selection import Candidate, Urgency
from bot.org.availability.absences import find_return, is_away
from bot.org.availability.working_hours import (
    DAY,
    WorkingHours,
    add_working_days,
    is_working_day,
    working_days_between,
)
from bot.org.teams.membership import Seat

DUE = "promises.due"
REMINDER_INTERVAL = timedelta(hours=2)
"""Short enough that even an owner who has ignored many reminders, and so gets them less often, gets one each day."""
OVERDUE_INTERVAL = timedelta(hours=12)
FIRST_REMINDER_DAYS = 2
"""The owner's days at work between the first reminder and the due day."""
OVERDUE_DAYS = 3
"""Working days after the due day on which the owner is reminded; after that, the promise appears only in lists."""
FARTHEST = timedelta(days=60)
"""Longer than the time between a due day and its first or last reminder, even with a vacation in between."""


async def find_reminders(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return nudge candidates for the owners of promises that are due soon or were due recently."""
    by = {(seat.person.id, seat.team.id): seat for seat in seats}
    days = [seat.person.local(now).date() for seat in seats]
    near = select(Followup).where(
        Followup.workspace_id.in_({seat.team.workspace_id for seat in seats}),
        Followup.kind == Kind.PROMISE,
        Followup.state == State.OWNED,
        Followup.owner_id.in_({seat.person.id for seat in seats}),
        Followup.due_on > min(days, default=now.date()) - FARTHEST,
        Followup.due_on < max(days, default=now.date()) + FARTHEST,
    )
    found = await session.scalars(near.order_by(Followup.due_on, Followup.id))
    made = [remind(seat, each, now) for each in found if (seat := by.get((each.owner_id or "", each.team_id)))]
    return [each for each in made if each]


def remind(seat: Seat, promise: Followup, now: datetime) -> Candidate | None:
    """Return a nudge candidate for a promise, or None.

    The owner is nudged on the two days at work before the due day, on the due day (or on the last day at work before an
    absence), and on three working days after it. Owners who were away then are nudged once more when they are back.
    """
    today, due_on, routine = seat.person.local(now).date(), promise.due_on, seat.routine
    if due_on is None:
        return None
    if today > due_on:
        every = _overdue_interval(routine, due_on, now)
        urgency = Urgency.TODAY
    else:
        every = REMINDER_INTERVAL if today >= _first_day(routine, due_on) else None
        urgency = Urgency.LAST_DAY if today == _last_day(routine, due_on) else Urgency.AWAITED
    if every is None:
        return None
    facts = {
        "followup": promise.id, "due_on": due_on.isoformat(), "is_due": today == due_on, "is_over": today > due_on,
        "is_away": today < due_on and urgency is Urgency.LAST_DAY, "moves": promise.moves, "to": promise.recipient_id,
    }  # fmt: skip
    return Candidate(seat, DUE, str(promise.id), urgency, facts, every)


def _overdue_interval(routine: WorkingHours, due_on: date, now: datetime) -> timedelta | None:
    """Return the minimum interval between reminders after the due day, or None once there are no more reminders."""
    if now.astimezone(ZoneInfo(routine.zone)).date() <= (last := add_working_days(routine, due_on, OVERDUE_DAYS)):
        return OVERDUE_INTERVAL
    back = find_return(routine.absences, _shift_start(routine, last))
    if (
        back is None
        or working_days_between(routine, *(routine.to_wall_time(at).date() for at in (back, now))) > OVERDUE_DAYS
    ):
        return None
    return now - back


def _first_day(routine: WorkingHours, due_on: date) -> date:
    """Return the first day on which the owner is reminded, counted back from `_last_day` in days at work."""
    day = _last_day(routine, due_on)
    for _ in range(FIRST_REMINDER_DAYS):
        day = _day_at_work(routine, day - DAY)
    return day


def _last_day(routine: WorkingHours, due_on: date) -> date:
    """Return the due day, or the last day at work before it if the owner is away then."""
    return _day_at_work(routine, due_on) if is_away(routine.absences, _shift_start(routine, due_on)) else due_on


def _day_at_work(routine: WorkingHours, day: date) -> date:
    """Return `day`, or the last day before it on which the person is at work, as far as that is known."""
    earliest = day - FARTHEST
    while day > earliest and not (
        is_working_day(routine, day) and not is_away(routine.absences, _shift_start(routine, day))
    ):
        day -= DAY
    return day


def _shift_start(routine: WorkingHours, day: date) -> datetime:
    return datetime.combine(day, routine.start, ZoneInfo(routine.zone))


LISTEN = "promises.listen"
OFFERS_A_WEEK = 2
OFFER_PERIOD = timedelta(days=7)
OFFER_INTERVAL = timedelta(days=365)


def make_offer(seat: Seat, thread: str) -> Candidate:
    """Return a nudge candidate that offers to turn a leader's message into a promise, once per thread."""
    return Candidate(seat, LISTEN, about=thread, urgency=Urgency.TODAY, every=OFFER_INTERVAL)


async def load_text(session: AsyncSession, facts: dict[str, Any]) -> dict[str, Any]:
    """Load the text of a promise, which reminders do not store."""
    found = await session.get(Followup, facts["followup"])
    return {"text": found.text if found else ""}
