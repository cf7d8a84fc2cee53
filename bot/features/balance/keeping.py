"""What is kept of a leader's time, counted by itself or logged, and how it is taken back."""

from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import insert
from bot.directory import Person
from bot.errors import Passed, UserError
from bot.features.balance import rules
from bot.features.balance.rules import LONGEST, Block
from bot.features.balance.tables import LOGGED, Duty, Part, Span
from bot.teams import membership
from bot.teams.tables import Team

GONE = "That block is not there any more; `/balance` shows what is."
NOT_LEADING = (
    "`/balance` shows people who lead a team how their own time splits, and you lead none here. "
    "`/steward help` lists what else there is."
)


async def count(
    session: AsyncSession,
    team: Team,
    leader_id: str,
    *,
    part: Part,
    minutes: int,
    started_at: datetime,
    source: str,
    duty: Duty | None = None,
    now: datetime,
) -> None:
    """Count time that was spent: a stint, a one-on-one. A source counts once; the first time stands.

    Less than a minute counts as none, and more than ten hours as ten: somebody forgot to end it.
    """
    if minutes < 1:
        return
    row = {
        "workspace_id": team.workspace_id, "team_id": team.id, "leader_id": leader_id, "part": part, "duty": duty,
        "minutes": min(minutes, LONGEST), "started_at": started_at, "source": source, "made_at": now,
    }  # fmt: skip
    await session.execute(insert(session, Span).values(row).on_conflict_do_nothing())


async def uncount(session: AsyncSession, workspace_id: str, source: str) -> None:
    """It did not happen after all; counted anew, it counts."""
    await session.execute(delete(Span).where(Span.workspace_id == workspace_id, Span.source == source))


async def led(session: AsyncSession, leader: Person, *, channel_id: str | None = None) -> Team:
    """The team somebody's time counts for: the channel's if they lead it, else the first they lead."""
    theirs = await membership.led_by(session, leader.workspace_id, leader.id)
    if not theirs:
        raise UserError(NOT_LEADING)
    return next((team for team in theirs if team.channel_id == channel_id), theirs[0])


async def log(
    session: AsyncSession,
    leader: Person,
    block: Block,
    *,
    source: str,
    now: datetime,
    day: date | None = None,
    channel_id: str | None = None,
) -> Span:
    """A leader logs a block of their own time, of today unless they say which day."""
    team = await led(session, leader, channel_id=channel_id)
    rules.must_be_whole(block)
    local = leader.local(now)
    day = day or local.date()
    rules.must_be_recent(day, local.date())
    span = Span(
        leader.workspace_id, team.id, leader.id, block.part, block.minutes, rules.noon(day, local),
        LOGGED + source, now, duty=block.duty,
    )  # fmt: skip
    session.add(span)
    await session.flush()
    return span


async def take_back(session: AsyncSession, leader: Person, span_id: int) -> Span:
    """Forget a block that somebody logged themself."""
    theirs = select(Span).where(
        Span.id == span_id,
        Span.workspace_id == leader.workspace_id,
        Span.leader_id == leader.id,
        Span.source.startswith(LOGGED, autoescape=True),
    )
    span = await session.scalar(theirs.with_for_update())
    if span is None:
        raise Passed(GONE)
    await session.delete(span)
    return span


async def prune(session: AsyncSession, workspace_id: str, *, before: datetime, limit: int) -> int:
    """Forget what retention ends; says how much."""
    old = select(Span.id).where(Span.workspace_id == workspace_id, Span.started_at < before).limit(limit)
    return len((await session.execute(delete(Span).where(Span.id.in_(old)).returning(Span.id))).all())
