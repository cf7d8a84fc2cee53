"""Register what visits remind people of."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.visits import nudges as visits_nudges
from bot.features.visits.nudges import OFFER, PROMISE, THEME
from bot.messages.visits import nudges
from bot.nudges.candidates import Candidate
from bot.nudges.policy import NudgeKind
from bot.org.teams.membership import Seat
from bot.workflows.meetings import find_busy
from bot.workflows.visits import bookings


async def find_offers(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    return await visits_nudges.find_offers(session, seats, now, busy=find_busy, may_host=bookings.may_host)


NUDGES = [
    NudgeKind(OFFER, "visits to a team you sponsor", nudges.offer, find_offers),
    NudgeKind(PROMISE, "what you promised after a visit", nudges.promise, visits_nudges.find_promise_reminders),
    NudgeKind(THEME, "themes that come up again and again", nudges.theme, visits_nudges.find_flags),
]
