"""Reminders of promises to their owner: before they are due, and for three days at work after."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.followups.models import Followup, Kind, State
from bot.nudges.selection import Candidate, NudgeRule, Urgency
from bot.org.availability.absences import find_return, is_away
from bot.org.availability.working_hours import DAY, WorkingHours, is_at_work_on, is_working_day, start_of_shift
from bot.org.teams.membership import Seat

DUE = "promises.due"
JUST_REMINDED = timedelta(hours=2)
"""How long after such a reminder that question is left out."""
OVERDUE_DAYS = 3
"""On how many of their days at work after a promise was due its owner is asked; then it is left to the lists."""
FARTHEST = timedelta(days=60)
"""More days than there are between a due day and the first or the last reminder, vacations included."""
LAST_CALL = timedelta(hours=3)
"""How long before the end of the due day's shift the owner is asked whether a promise is done."""
LAST_CALL_PAUSE = timedelta(hours=1)
"""How long after a promise was made or moved its owner is asked at the earliest."""
SHORTEST_LAST_CALL = timedelta(minutes=30)
"""With less time left until the end of the shift, the owner is not asked."""
DUE_RULE = NudgeRule(
    when="You made a promise that's due by your next working day, or was due at most "
    f"{OVERDUE_DAYS} of your working days ago.",
    pace="Once before that day and once after it. On the day itself, I ask in the afternoon if it's done.",
    acted_on="You took a step, such as *Done* or *Move*.",
)


_NEAR = (
    select(Followup)
    .where(
        Followup.workspace_id.in_(bindparam("workspace_ids", expanding=True)),
        Followup.kind == Kind.PROMISE,
        Followup.state == State.OWNED,
        Followup.owner_id.in_(bindparam("owner_ids", expanding=True)),
        Followup.due_on > bindparam("after"),
        Followup.due_on < bindparam("before"),
    )
    .order_by(Followup.due_on, Followup.id)
)
"""Built once at import, because every nudge check executes it."""


async def find_reminders(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return nudge candidates for the owners of promises that are due soon or were due recently."""
    by = {(seat.person.id, seat.team.id): seat for seat in seats}
    days = [seat.person.local(now).date() for seat in seats]
    near = {
        "workspace_ids": list({seat.team.workspace_id for seat in seats}),
        "owner_ids": list({seat.person.id for seat in seats}),
        "after": min(days, default=now.date()) - FARTHEST,
        "before": max(days, default=now.date()) + FARTHEST,
    }
    found = await session.scalars(_NEAR, near)
    made = [make_reminder(seat, each, now) for each in found if (seat := by.get((each.owner_id or "", each.team_id)))]
    return [each for each in made if each]


def make_reminder(seat: Seat, promise: Followup, now: datetime) -> Candidate | None:
    """Return the nudge candidate that reminds the owner of a promise, or None on days without a reminder.

    The owner is reminded once on their last day at work before it is due, and once on their three days at work after
    it; on the day itself, they are asked by `ask_whether_kept`. If they are off that day, nothing can wait for it.
    """
    today, due_on = seat.person.local(now).date(), promise.due_on
    if due_on is None or (urgency := _find_urgency(seat.routine, due_on, today)) is None:
        return None
    facts = {
        "followup": promise.id, "due_on": due_on.isoformat(), "is_over": today > due_on,
        "is_away": urgency is Urgency.LAST_DAY, "moves": promise.moves, "to": promise.recipient_id,
    }  # fmt: skip
    since = due_on + DAY if today > due_on else _day_at_work(seat.routine, due_on - DAY)
    every = now - datetime.combine(since, time(), ZoneInfo(seat.person.zone))
    return Candidate(seat, DUE, str(promise.id), urgency, facts, every)


def _find_urgency(routine: WorkingHours, due_on: date, today: date) -> Urgency | None:
    """Return how urgently the owner is reminded on a day; None if they are not."""
    if today > due_on:
        return Urgency.AWAITED if count_days_at_work(routine, due_on, today) <= OVERDUE_DAYS else None
    if today == due_on or today < _day_at_work(routine, due_on - DAY):
        return None
    return Urgency.DUE_SOON if is_at_work_on(routine, due_on) else Urgency.LAST_DAY


def count_days_at_work(routine: WorkingHours, after: date, until: date) -> int:
    """Return on how many days after `after`, up to `until`, the person is at work, as far as that is known."""
    return sum(is_at_work_on(routine, after + nth * DAY) for nth in range(1, (until - after).days + 1))


def find_day_back(routine: WorkingHours, day: date) -> date:
    """Return `day`, or the day on which the person is back if they are away then."""
    back = find_return(routine.absences, start_of_shift(routine, day))
    return routine.to_wall_time(back).date() if back else day


def find_last_call(routine: WorkingHours, due_on: date, since: datetime) -> datetime | None:
    """Return when the owner is asked on the due day whether a promise made or moved at `since` is done.

    This is three hours before the end of their shift, or the middle of a shift of less than six hours, or an hour after
    `since`; None if they are not at work then, or too little time is left.
    """
    start, end = span_shift(routine, due_on)
    at = max(end - LAST_CALL, start + (end - start) / 2, since + LAST_CALL_PAUSE)
    is_off = not is_working_day(routine, due_on) or is_away(routine.absences, at)
    return None if is_off or at > end - SHORTEST_LAST_CALL else at.astimezone(UTC)


def is_last_call(promise: Followup, routine: WorkingHours, now: datetime) -> bool:
    """Return whether a promise is open, and `now` is within the shift of its day."""
    if promise.state != State.OWNED or promise.due_on is None:
        return False
    start, end = span_shift(routine, promise.due_on)
    return start <= now < end


def span_shift(routine: WorkingHours, day: date) -> tuple[datetime, datetime]:
    """Return the start and the end of the shift that starts on a day."""
    start = start_of_shift(routine, day)
    ends_on = day if routine.start < routine.end else day + DAY
    return start, datetime.combine(ends_on, routine.end, start.tzinfo)


def _day_at_work(routine: WorkingHours, day: date) -> date:
    """Return `day`, or the last day before it on which the person is at work, as far as that is known."""
    earliest = day - FARTHEST
    while day > earliest and not is_at_work_on(routine, day):
        day -= DAY
    return day


LISTEN = "promises.listen"
OFFERS_A_WEEK = 2
OFFER_PERIOD = timedelta(days=7)
OFFER_INTERVAL = timedelta(days=365)
LISTEN_RULE = NudgeRule(
    when="You lead a team that has *Listen for promises* on, and wrote in its channel that you'd look into something.",
    pace=f"{OFFERS_A_WEEK} times in {OFFER_PERIOD.days} days, once for each thread.",
    acted_on="You opened the form with *Make it a promise*.",
)


def make_offer(seat: Seat, thread: str) -> Candidate:
    """Return a nudge candidate that offers to turn a leader's message into a promise, once per thread."""
    return Candidate(seat, LISTEN, about=thread, urgency=Urgency.TODAY, every=OFFER_INTERVAL)
