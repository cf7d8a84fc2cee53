"""Balance by the clock: what a leader may hear of it as their day begins, each to them alone."""

from datetime import datetime

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.balance import reading, reminding
from bot.features.balance.reminding import DRIFT, FREE_MORNING, GOOD_ENOUGH, LAST_HOUR
from bot.features.balance.settings import Own
from bot.homes import Visitor
from bot.messages.balance import nudges, overview
from bot.nudges.rules import Rule


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """A leader's own two weeks."""
    if not visitor.leads:
        return []
    return overview.at_home(await reading.two_weeks(session, visitor.person, now), Own.of(visitor.person))


NUDGES = [
    Rule(LAST_HOUR, "an hour in the queue after a day all strategy", nudges.last_hour, reminding.reminders),
    Rule(FREE_MORNING, "a free morning after a heavy day in the queue", nudges.free_morning),
    Rule(DRIFT, "time that isn't split the way you like", nudges.drift),
    Rule(GOOD_ENOUGH, "what was good enough this week", nudges.good_enough),
]
"""The first finds all four: they are made of the same two weeks."""
