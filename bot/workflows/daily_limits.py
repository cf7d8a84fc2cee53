"""Daily limits per person for actions that notify others."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.messages.errors import with_words
from bot.org import people
from bot.refusals import common
from bot.slack import inbox


async def count_use(
    session: AsyncSession, workspace_id: str, user_id: str, what: str, most: int, now: datetime, *, typed: str = ""
) -> None:
    """Count one use of a daily limit.

    Raises a `Refusal` that repeats what was `typed` if there are more than `most` uses on the person's local day. A use
    is not counted if the transaction is refused later.
    """
    person = await people.fetch_person(session, workspace_id, user_id)
    key = f"{what}:{user_id}:{person.local(now):%Y-%m-%d}"
    if await inbox.claim_turn(session, workspace_id, key, turns=most, now=now) is None:
        raise Refusal(with_words(common.daily_limit(most), typed))
