"""Reminders of promises: to their owner, from two working days before they are due, until they have ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.followups.models import Followup, Kind, State
from bot.nudges.selection import Candidate, Urgency
from bot.org.availability.working_hours import add_working_days
from bot.org.teams.membership import Seat

DUE = "promises.due"
REMINDER_INTERVAL = timedelta(hours=2)
"""Less than an eighth of a day, so that even somebody who has ignored many is reminded on each of these days."""
OVERDUE_INTERVAL = timedelta(hours=12)
FIRST_REMINDER_DAYS = 2
"""How many working days before a promise is due its owner is first reminded."""
NO_LONGER_AFTER = timedelta(days=21)
"""A promise that is due for longer is left to the lists, so that nothing old is fired after an outage.

Whoever is back from two weeks of vacation is still reminded.
"""
FARTHEST = timedelta(days=14)
"""More days than there are between a due day and the first reminder, holidays included."""


async def find_reminders(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return nudge candidates for the owners of promises that are due soon, or were due lately."""
    by = {(seat.person.id, seat.team.id): seat for seat in seats}
    days = [seat.person.local(now).date() for seat in seats]
    near = select(Followup).where(
        Followup.workspace_id.in_({seat.team.workspace_id for seat in seats}),
        Followup.kind == Kind.PROMISE,
        Followup.state == State.OWNED,
        Followup.owner_id.in_({seat.person.id for seat in seats}),
        Followup.due_on > min(days, default=now.date()) - NO_LONGER_AFTER,
        Followup.due_on < max(days, default=now.date()) + FARTHEST,
    )
    found = await session.scalars(near.order_by(Followup.due_on, Followup.id))
    made = [remind(seat, each, now) for each in found if (seat := by.get((each.owner_id or "", each.team_id)))]
    return [each for each in made if each]


def remind(seat: Seat, promise: Followup, now: datetime) -> Candidate | None:
    """Return a nudge candidate for a promise, from two working days before it is due; before that, None."""
    today, due_on = seat.person.local(now).date(), promise.due_on
    if due_on is None or today < add_working_days(seat.routine, due_on, -FIRST_REMINDER_DAYS):
        return None
    facts = {
        "followup": promise.id, "due_on": due_on.isoformat(), "is_due": today == due_on, "is_over": today > due_on,
        "moves": promise.moves,
        "to": promise.recipient_id,
    }  # fmt: skip
    if today > due_on:
        return Candidate(seat, DUE, str(promise.id), Urgency.TODAY, facts, OVERDUE_INTERVAL)
    urgency = Urgency.LAST_DAY if today == due_on else Urgency.AWAITED
    return Candidate(seat, DUE, str(promise.id), urgency, facts, REMINDER_INTERVAL)


LISTEN = "promises.listen"
OFFERS_A_WEEK = 2
OFFER_PERIOD = timedelta(days=7)
ONCE_A_THREAD = timedelta(days=365)


def make_offer(seat: Seat, thread: str) -> Candidate:
    """Return a nudge candidate that offers a leader to turn a message of theirs into a promise, once per thread."""
    return Candidate(seat, LISTEN, about=thread, urgency=Urgency.TODAY, every=ONCE_A_THREAD)


async def load_text(session: AsyncSession, facts: dict[str, Any]) -> dict[str, Any]:
    """Load the words of a promise, which reminders do not store."""
    found = await session.get(Followup, facts["followup"])
    return {"text": found.text if found else ""}
