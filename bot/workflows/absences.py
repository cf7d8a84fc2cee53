"""Plan, end and remove absences, and reschedule messages for people who are away."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Span
from bot.errors import Refusal
from bot.features.one_on_ones import queries as one_on_ones
from bot.followups import queries
from bot.followups.models import Kind
from bot.meetings.queries import find_busy
from bot.messages import absences as messages
from bot.messages.followups.lists import Listed
from bot.org import people
from bot.org.availability import absences
from bot.org.availability.absences import NoAbsence
from bot.org.availability.slots import Busy
from bot.org.people import Person
from bot.refusals import common
from bot.slack import home
from bot.slack.outbox import outbox
from bot.workflows import weekly
from bot.workflows.followups import steps


async def plan_absences(session: AsyncSession, person: Person, words: str, now: datetime) -> list[Span]:
    try:
        new = absences.parse_absences(words, person.zone, now)
        kept: Sequence[Span] = person.absences
        for each in new:
            kept = absences.merge_absence(kept, each, now)
    except NoAbsence as refused:
        raise Refusal(messages.refused(refused.why, words)) from refused
    await save_absences(session, person, kept, now)
    return new


async def remove_absence(session: AsyncSession, person: Person, span: Span, now: datetime) -> None:
    kept = [each for each in person.absences if not _is_same(each, span)]
    if len(kept) == len(person.absences):
        raise Refusal(common.ABSENCE_GONE)
    await save_absences(session, person, kept, now)


def _is_same(one: Span, other: Span) -> bool:
    """Return whether two spans are the same to the second, which is the precision that a button carries."""
    return all(mine.replace(microsecond=0) == theirs for mine, theirs in zip(one, other, strict=True))


async def find_meetings_during(
    session: AsyncSession, person: Person, spans: Sequence[Span], now: datetime
) -> list[Busy]:
    """Return the meetings that somebody has agreed to attend during their absences."""
    found = await find_busy(session, person.workspace_id, [person.id], now)
    return [each for each in found if each.is_planned and _overlaps(each.span, spans)]


async def find_promises_during(session: AsyncSession, person: Person, spans: Sequence[Span]) -> list[Listed]:
    """Return the promises of a person that are due while they are away, before the day on which they are back."""
    owned = await queries.find_owned(session, person.workspace_id, [person.id], Kind.PROMISE)
    days = [tuple(person.local(at).date() for at in span) for span in spans]
    due = [each for each in owned if each.due_on and any(first <= each.due_on < back for first, back in days)]
    return await steps.load_own(session, due)


def _overlaps(span: Span, spans: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in spans)


async def save_absences(session: AsyncSession, person: Person, kept: Sequence[Span], now: datetime) -> None:
    """Save a person's absences, and reschedule their one-on-ones that are due and the messages that wait for them."""
    before, person.absences = person.absences, tuple(kept)
    await one_on_ones.shift_due_days(session, person, before, now)
    await outbox.reschedule_waiting(session, person.workspace_id, person_id=person.id, now=now)
    home.mark_changed(session, person.workspace_id, [person.id], now=now)
    await weekly.replan(session, person, now=now)


async def record_quiet_hours(
    session: AsyncSession, workspace_id: str, person_id: str, quiet: Span | None, *, now: datetime
) -> None:
    """Record a person's Do Not Disturb, and reschedule messages that wait for them."""
    await outbox.reschedule_waiting(session, workspace_id, person_id=person_id, now=now)
    await people.record_do_not_disturb(session, workspace_id, person_id, quiet)
