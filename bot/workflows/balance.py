"""Show a leader their own two weeks at Home, and register what they are reminded of."""

from datetime import datetime

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.balance import nudges as balance_nudges
from bot.features.balance import queries
from bot.features.balance.nudges import DRIFT, FREE_MORNING, GOOD_ENOUGH, LAST_HOUR
from bot.features.balance.settings import BalancePreferences
from bot.messages.balance import nudges, overview
from bot.nudges.policy import NudgeKind
from bot.slack.home import Visitor


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """A leader's own two weeks."""
    if not visitor.leads:
        return []
    return overview.at_home(
        await queries.fetch_two_weeks(session, visitor.person, now), BalancePreferences.of(visitor.person)
    )


NUDGES = [
    NudgeKind(
        LAST_HOUR, "an hour in the queue after a day all strategy", nudges.last_hour, balance_nudges.find_reminders
    ),
    NudgeKind(FREE_MORNING, "a free morning after a heavy day in the queue", nudges.free_morning),
    NudgeKind(DRIFT, "time that isn't split the way you like", nudges.drift),
    NudgeKind(GOOD_ENOUGH, "what was good enough this week", nudges.good_enough),
]
"""The first finds all four: they are made of the same two weeks."""
