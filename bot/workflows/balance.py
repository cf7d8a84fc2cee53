"""Log and remove blocks of a leader's time, and show their two weeks on Home."""

from datetime import date, datetime

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.balance import queries, rules
from bot.features.balance.settings import BalancePreferences
from bot.messages.balance import overview
from bot.org.people import Person
from bot.slack import home
from bot.slack.home import Visitor
from bot.slack.post import Post


async def log_block(
    session: AsyncSession, leader: Person, block: rules.Block, *, source: str, now: datetime,
    day: date | None = None, channel_id: str | None = None,
) -> Post:  # fmt: skip
    """Log a block of a leader's time, today unless a `day` is given.

    The time counts for the channel's team if the leader leads that team.
    """
    entry = await queries.log_block(session, leader, block, source=source, now=now, day=day, channel_id=channel_id)
    home.mark_changed(session, leader.workspace_id, [leader.id], now=now)
    return overview.logged_answer(leader, entry, leader.local(now).date())


async def take_back(session: AsyncSession, leader: Person, entry_id: int, *, now: datetime) -> str:
    """Remove a block of time that somebody logged themselves."""
    entry = await queries.remove_block(session, leader, entry_id)
    home.mark_changed(session, leader.workspace_id, [leader.id], now=now)
    return overview.removed_answer(leader, entry, leader.local(now).date())


async def home_section(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """Return the Home blocks with how a leader spent the last two weeks."""
    if not visitor.leads:
        return []
    return overview.home_section(
        await queries.fetch_two_weeks(session, visitor.person, now), BalancePreferences.of(visitor.person)
    )
