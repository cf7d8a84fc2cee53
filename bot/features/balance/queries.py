"""Queries to add, list and remove a leader's time entries, for that leader alone."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import insert
from bot.errors import AnswerTooLate, Refusal
from bot.features.balance import rules
from bot.features.balance.models import LOGGED, Duty, Part, TimeEntry
from bot.features.balance.rules import LONGEST, Block, DatedEntry, Fortnight, first_day
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import balance as refusals


async def add_measured_time(
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
    """Add a time entry for measured time, such as a one-on-one. Idempotent: one entry for each source.

    Less than a minute is ignored. More than ten hours counts as ten, because somebody must have forgotten to end the
    entry.
    """
    if minutes < 1:
        return
    row = {
        "workspace_id": team.workspace_id, "team_id": team.id, "leader_id": leader_id, "part": part, "duty": duty,
        "minutes": min(minutes, LONGEST), "started_at": started_at, "source": source, "made_at": now,
    }  # fmt: skip
    await session.execute(insert(session, TimeEntry).values(row).on_conflict_do_nothing())


async def find_led_team(session: AsyncSession, leader: Person, *, channel_id: str | None = None) -> Team:
    """Return the team that a leader's time counts for: the channel's if they lead it, else the first they lead.

    Raises `Refusal` if they lead no team.
    """
    theirs = await membership.teams_led_by(session, leader.workspace_id, leader.id)
    if not theirs:
        raise Refusal(refusals.NOT_LEADING)
    return next((team for team in theirs if team.channel_id == channel_id), theirs[0])


async def fetch_leader(session: AsyncSession, workspace_id: str, person_id: str) -> Person:
    """Return a person who leads a team. Raises `Refusal` for anybody else."""
    leader = await people.fetch_person(session, workspace_id, person_id)
    await find_led_team(session, leader)
    return leader


async def log_block(
    session: AsyncSession,
    leader: Person,
    block: Block,
    *,
    source: str,
    now: datetime,
    day: date | None = None,
    channel_id: str | None = None,
) -> TimeEntry:
    """Add a time entry for a block of time that a leader enters by hand, for today unless a day is given."""
    team = await find_led_team(session, leader, channel_id=channel_id)
    rules.check_block(block)
    local = leader.local(now)
    day = day or local.date()
    rules.check_day(day, local.date())
    span = TimeEntry(
        leader.workspace_id, team.id, leader.id, block.part, block.minutes, rules.noon(day, local),
        LOGGED + source, now, duty=block.duty,
    )  # fmt: skip
    session.add(span)
    await session.flush()
    return span


async def remove_block(session: AsyncSession, leader: Person, span_id: int) -> TimeEntry:
    """Delete a block of time that the leader logged, and return it. Raises `AnswerTooLate` if it is gone."""
    span = await session.scalar(locks.for_update(_logged_by(leader).where(TimeEntry.id == span_id), TimeEntry))
    if span is None:
        raise AnswerTooLate(refusals.BLOCK_GONE)
    await session.delete(span)
    return span


_STARTED = (
    select(TimeEntry)
    .where(
        TimeEntry.workspace_id == bindparam("workspace_id"),
        TimeEntry.leader_id.in_(bindparam("ids", expanding=True)),
        TimeEntry.started_at >= bindparam("since"),
        TimeEntry.started_at <= bindparam("now"),
    )
    .order_by(TimeEntry.started_at, TimeEntry.id)
)


async def fetch_two_weeks(session: AsyncSession, leader: Person, now: datetime) -> Fortnight:
    """Return a leader's time entries of the last fourteen days."""
    return (await fetch_fortnights(session, [leader], now))[leader.id]


async def fetch_fortnights(session: AsyncSession, leaders: Collection[Person], now: datetime) -> dict[str, Fortnight]:
    """Return each leader's time entries of the last fourteen days, by leader id, in one query per workspace."""
    since = {each.id: _first_instant(each, now) for each in leaders}
    spans: dict[str, list[TimeEntry]] = defaultdict(list)
    if since:
        theirs = {
            "workspace_id": next(iter(leaders)).workspace_id, "ids": sorted(since), "since": min(since.values()),
            "now": now,
        }  # fmt: skip
        for span in await session.scalars(_STARTED, theirs):
            spans[span.leader_id].append(span)
    return {each.id: _fortnight(each, spans[each.id], since[each.id], now) for each in leaders}


async def sum_minutes(session: AsyncSession, leader: Person, since: datetime, until: datetime) -> int:
    """Return how many minutes were counted or logged for a leader, by when that was done.

    When the time began does not tell, because time that is logged for a day counts from noon.
    """
    minutes = select(func.sum(TimeEntry.minutes)).where(
        TimeEntry.workspace_id == leader.workspace_id,
        TimeEntry.leader_id == leader.id,
        TimeEntry.made_at >= since,
        TimeEntry.made_at < until,
    )
    return await session.scalar(minutes) or 0


async def fetch_logged(session: AsyncSession, leader: Person, limit: int = 3) -> Sequence[TimeEntry]:
    """Return the blocks of time that a leader logged most recently, newest first."""
    newest = _logged_by(leader).order_by(TimeEntry.made_at.desc(), TimeEntry.id.desc())
    return (await session.scalars(newest.limit(limit))).all()


def _logged_by(leader: Person) -> Select[TimeEntry]:
    theirs = select(TimeEntry).where(TimeEntry.workspace_id == leader.workspace_id, TimeEntry.leader_id == leader.id)
    return theirs.where(TimeEntry.source.startswith(LOGGED, autoescape=True))


def _first_instant(leader: Person, now: datetime) -> datetime:
    local = leader.local(now)
    return datetime.combine(first_day(local.date()), time(), local.tzinfo).astimezone(UTC)


def _fortnight(leader: Person, spans: Sequence[TimeEntry], since: datetime, now: datetime) -> Fortnight:
    pieces = [_piece(leader, span) for span in spans if span.started_at >= since]
    return Fortnight(leader.local(now).date(), pieces)


def _piece(leader: Person, span: TimeEntry) -> DatedEntry:
    duty = Duty(span.duty) if span.duty else None
    return DatedEntry(leader.local(span.started_at).date(), Part(span.part), span.minutes, duty)
