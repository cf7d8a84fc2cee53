"""Balance by the clock: what a leader may hear of it as their day begins, each to them alone."""

from datetime import datetime

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features import balance
from bot.homes import Visitor
from bot.messages import balance as messages
from bot.nudges import Rule


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """A leader's own two weeks."""
    if not visitor.leads:
        return []
    return messages.at_home(await balance.two_weeks(session, visitor.person, now), balance.Own.of(visitor.person))


NUDGES = [
    Rule(balance.LAST_HOUR, "an hour in the queue after a day all strategy", messages.last_hour, balance.reminders),
    Rule(balance.FREE_MORNING, "a free morning after a heavy day in the queue", messages.free_morning),
    Rule(balance.DRIFT, "time that isn't split the way you like", messages.drift),
    Rule(balance.GOOD_ENOUGH, "what was good enough this week", messages.good_enough),
]
"""The first finds all four: they are made of the same two weeks."""
