"""What a pressed button says, and how its press is answered."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot import outbox
from bot.directory import Address
from bot.messages.post import Payload, Post


def pressed(body: Payload) -> str:
    """The value of the button."""
    return str(body["actions"][0]["value"])


async def respond(session: AsyncSession, body: Payload, post: Post, now: datetime) -> None:
    """Answer a press: in its message where it has one, else by DM."""
    to = Address(body["team"]["id"], body["user"]["id"])
    if url := body.get("response_url"):
        await outbox.respond(session, post, url=url, to=to, now=now)
    else:
        await outbox.put(session, post, to=to, not_before=now)
