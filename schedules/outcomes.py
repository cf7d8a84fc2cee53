"""How did it go? Asked once, and once more the next morning."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot import hours, outbox
from bot.directory import Person
from bot.messages.post import Post
from bot.outbox import Priority
from bot.teams import Team


async def ask(session: AsyncSession, post: Post, person: Person, team: Team, *, now: datetime) -> datetime:
    """Ask at the next good moment; returns the morning after, by when there was time to answer."""
    routine = hours.of_person(person, team)
    morning = hours.next_morning(routine, hours.next_good(routine, now) or now)
    await outbox.put(
        session, post, to=person.dm, not_before=now, priority=Priority.NUDGE, hours_of=team, expires_at=morning
    )
    return morning
