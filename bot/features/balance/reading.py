"""A leader's last two weeks, read for that leader alone."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Person
from bot.features.balance.rules import Fortnight, Piece, first_day
from bot.features.balance.tables import LOGGED, Duty, Part, Span


async def two_weeks(session: AsyncSession, leader: Person, now: datetime) -> Fortnight:
    """How a leader's own last fourteen days split."""
    return (await fortnights(session, [leader], now))[leader.id]


async def fortnights(session: AsyncSession, leaders: Collection[Person], now: datetime) -> dict[str, Fortnight]:
    """The same for many of one workspace, by their ids, in one query."""
    since = {each.id: _since(each, now) for each in leaders}
    spans: dict[str, list[Span]] = defaultdict(list)
    if since:
        theirs = select(Span).where(
            Span.workspace_id == next(iter(leaders)).workspace_id,
            Span.leader_id.in_(sorted(since)),
            Span.started_at >= min(since.values()),
            Span.started_at <= now,
        )
        for span in await session.scalars(theirs.order_by(Span.started_at, Span.id)):
            spans[span.leader_id].append(span)
    return {each.id: _fortnight(each, spans[each.id], since[each.id], now) for each in leaders}


async def logged(session: AsyncSession, leader: Person, limit: int = 3) -> Sequence[Span]:
    """What a leader logged last, newest first."""
    theirs = select(Span).where(
        Span.workspace_id == leader.workspace_id,
        Span.leader_id == leader.id,
        Span.source.startswith(LOGGED, autoescape=True),
    )
    return (await session.scalars(theirs.order_by(Span.made_at.desc(), Span.id.desc()).limit(limit))).all()


def _since(leader: Person, now: datetime) -> datetime:
    local = leader.local(now)
    return datetime.combine(first_day(local.date()), time(), local.tzinfo).astimezone(UTC)


def _fortnight(leader: Person, spans: Sequence[Span], since: datetime, now: datetime) -> Fortnight:
    pieces = [_piece(leader, span) for span in spans if span.started_at >= since]
    return Fortnight(leader.local(now).date(), pieces)


def _piece(leader: Person, span: Span) -> Piece:
    duty = Duty(span.duty) if span.duty else None
    return Piece(leader.local(span.started_at).date(), Part(span.part), span.minutes, duty)
