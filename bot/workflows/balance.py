"""Show a leader their own two weeks at Home."""

from datetime import datetime

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.balance import queries
from bot.features.balance.settings import BalancePreferences
from bot.messages.balance import overview
from bot.slack.home import Visitor


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """A leader's own two weeks."""
    if not visitor.leads:
        return []
    return overview.at_home(
        await queries.fetch_two_weeks(session, visitor.person, now), BalancePreferences.of(visitor.person)
    )
