"""Plan, end and remove absences; what waits for somebody who is away is rescheduled."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Span
from bot.errors import UserError
from bot.messages import absences as messages
from bot.org.availability import absences
from bot.org.availability.absences import NoAbsence
from bot.org.availability.slots import Busy
from bot.org.people import Person
from bot.slack import home
from bot.slack.outbox import outbox
from bot.workflows.meetings import find_busy


async def plan_absences(session: AsyncSession, person: Person, words: str, now: datetime) -> list[Span]:
    try:
        new = absences.parse_absences(words, person.zone, now)
        kept: Sequence[Span] = person.absences
        for each in new:
            kept = absences.joined(kept, each, now)
    except NoAbsence as refused:
        raise UserError(messages.refused(refused.why, words)) from refused
    await save_absences(session, person, kept, now)
    return new


async def meetings_meanwhile(session: AsyncSession, person: Person, spans: Sequence[Span], now: datetime) -> list[Busy]:
    """Return what they have agreed to do with somebody while they are away."""
    found = await find_busy(session, person.workspace_id, [person.id], now)
    return [each for each in found if each.is_planned and _overlaps(each.span, spans)]


def _overlaps(span: Span, spans: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in spans)


async def save_absences(session: AsyncSession, person: Person, kept: Sequence[Span], now: datetime) -> None:
    """What waits for them is looked at again."""
    person.absences = tuple(kept)
    await outbox.reschedule_waiting(session, person.workspace_id, person_id=person.id, now=now)
    home.mark_changed(session, person.workspace_id, [person.id], now=now)
