"""Invitations on their way: a file for anybody's calendar, followed by another one whenever its meeting changes."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Person
from bot.messages import invitations
from bot.messages.invitations import Meeting
from bot.outbox import outbox


async def send(
    session: AsyncSession, meeting: Meeting, reader: Person, comment: str, *, is_on: bool, now: datetime
) -> None:
    """Put a meeting into somebody's calendar, change it there, or take it out when it is on no more."""
    content = invitations.request(meeting, now) if is_on else invitations.cancel(meeting, now)
    await outbox.file(
        session, name=meeting.file, content=content, title=meeting.title, comment=comment, to=reader.dm, not_before=now
    )
