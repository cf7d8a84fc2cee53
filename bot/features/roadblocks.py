"""Reminders of roadblocks: to their owner, on the day by which they wanted to remove them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.followups import rules
from bot.followups.models import Followup, Kind, State
from bot.nudges.selection import Candidate, Urgency
from bot.org.teams.membership import Seat

DUE = "roadblocks.due"
ONCE = timedelta(days=365)
NO_LONGER_AFTER = timedelta(days=14)
"""A roadblock that is due for longer is left to the lists, so that nothing old is fired after an outage."""


async def find_reminders(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return candidates for roadblocks that are due, for their owners."""
    by = {(seat.person.id, seat.team.id): seat for seat in seats}
    days = [seat.person.local(now).date() for seat in seats]
    due = select(Followup).where(
        Followup.workspace_id.in_({seat.team.workspace_id for seat in seats}),
        Followup.kind == Kind.ROADBLOCK,
        Followup.state == State.OWNED,
        Followup.owner_id.in_({seat.person.id for seat in seats}),
        Followup.due_on > min(days, default=now.date()) - NO_LONGER_AFTER,
        Followup.due_on <= max(days, default=now.date()),
    )
    found = await session.scalars(due.order_by(Followup.due_on, Followup.id))
    made = [remind(seat, each, now) for each in found if (seat := by.get((each.owner_id or "", each.team_id)))]
    return [each for each in made if each]


def remind(seat: Seat, roadblock: Followup, now: datetime) -> Candidate | None:
    """Return a candidate for a roadblock from its day on, or None before that day and while its owner waits."""
    today, due_on = seat.person.local(now).date(), roadblock.due_on
    if due_on is None or today < due_on or rules.is_waiting(roadblock, today):
        return None
    facts = {"followup": roadblock.id, "due_on": due_on.isoformat()}
    return Candidate(seat, DUE, about=str(roadblock.id), urgency=Urgency.TODAY, facts=facts, every=ONCE)


async def load_text(session: AsyncSession, facts: dict[str, Any]) -> dict[str, Any]:
    """Load the words of a roadblock, which reminders do not store."""
    found = await session.get(Followup, facts["followup"])
    return {"text": found.text if found else ""}
