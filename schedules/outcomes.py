"""How did it go? Asked once, and once more the next morning."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Person
from bot.hours import moment
from bot.hours import routine as hours_routine
from bot.messages.post import Post
from bot.outbox import outbox
from bot.outbox.tables import Priority
from bot.teams.tables import Team


async def ask(session: AsyncSession, post: Post, person: Person, team: Team, *, now: datetime) -> datetime:
    """Ask at the next good moment; returns the morning after, by when there was time to answer."""
    routine = hours_routine.of_person(person, team)
    morning = moment.next_morning(routine, moment.next_good(routine, now) or now)
    await outbox.put(
        session, post, to=person.dm, not_before=now, priority=Priority.NUDGE, hours_of=team, expires_at=morning
    )
    return morning
