"""Statistics on a team's spikes in the last eight weeks: when they start, how long they last, how soon somebody helped.

Nobody is named, and the asks are not read.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.spikes.models import Ended, Spike, Stint
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Role, Team
from bot.refusals import spikes as refusals
from bot.text.normalization import queue_key

HISTORY_PERIOD = timedelta(weeks=8)
MIN_SPIKES, ENOUGH_COVERED = 5, 3
"""With fewer spikes, or fewer covered ones, only counts are shown, without medians."""
MIN_PEAK_SPIKES = 3
"""A weekday with fewer spikes is treated as chance, not as a peak."""


@dataclass(frozen=True)
class PastSpike:
    """One spike in the history."""

    queue: str
    opened_at: datetime
    """In the team's time zone."""
    minutes: int | None = None
    """Duration; None while it is open, or if it ended by silence and the end is unknown."""
    covered_after: int | None = None
    """Minutes until somebody helped; None if nobody did."""
    peak: float | None = None


@dataclass(frozen=True)
class SpikeHistory:
    """Aggregates over a team's spikes."""

    total: int
    by_queue: dict[str, int]
    """Spikes per queue, largest number first."""
    hours: dict[str, Counter[int]]
    """By queue, how many spikes started in each hour of the day."""
    weekdays: dict[str, Counter[int]]
    """By queue, how many spikes started on each weekday; Monday is 0."""
    lengths: dict[str, int]
    """Median duration in minutes of resolved spikes, by queue; queues with too few are left out."""
    length: int | None
    covered: int
    soon: int | None
    """Median minutes until somebody helped, over covered spikes; None if there are too few."""


def summarize(spikes: Sequence[PastSpike]) -> SpikeHistory:
    """Aggregate past spikes. Different spellings of a queue's name count as one queue, under the latest spelling."""
    names = {queue_key(each.queue): each.queue for each in spikes}
    called = [names[queue_key(each.queue)] for each in spikes]
    by_queue = Counter(called)
    theirs = {
        name: [each for each, own in zip(spikes, called, strict=True) if own == name]
        for name, _ in _most_first(by_queue)
    }
    lengths = {name: _median([each.minutes for each in found]) for name, found in theirs.items()}
    covers = [each.covered_after for each in spikes if each.covered_after is not None]
    return SpikeHistory(
        len(spikes),
        dict(_most_first(by_queue)),
        {name: Counter(each.opened_at.hour for each in found) for name, found in theirs.items()},
        {name: Counter(each.opened_at.weekday() for each in found) for name, found in theirs.items()},
        {name: length for name, length in lengths.items() if length is not None},
        _median([each.minutes for each in spikes]),
        len(covers),
        _median(covers, ENOUGH_COVERED) if len(spikes) >= MIN_SPIKES else None,
    )


def _most_first(by_queue: Counter[str]) -> list[tuple[str, int]]:
    return sorted(by_queue.items(), key=lambda each: (-each[1], each[0].casefold()))


def _median(minutes: Sequence[int | None], enough: int = MIN_SPIKES) -> int | None:
    known = [each for each in minutes if each is not None]
    return round(median(known)) if len(known) >= enough else None


async def check_may_see_history(session: AsyncSession, team: Team, person: Person) -> None:
    """Raise `Refusal` unless the person leads the team or is its sponsor."""
    member = await membership.member(session, team, person.id)
    if team.sponsor_id != person.id and (member is None or member.role is not Role.LEADER):
        raise Refusal(refusals.HISTORY_FOR_LEADERS)


async def list_past_spikes(
    session: AsyncSession, team: Team, *, now: datetime, period: timedelta = HISTORY_PERIOD
) -> list[PastSpike]:
    """Return a team's spikes of the last eight weeks, or of another period, oldest first."""
    lately = (Spike.team_id == team.id, Spike.opened_at > now - period)
    first = func.min(Stint.started_at)
    covered = select(Stint.spike_id, first).join(Spike, Spike.id == Stint.spike_id).where(*lately)
    came = {row[0]: row[1] for row in await session.execute(covered.group_by(Stint.spike_id))}
    ended = (Spike.resolved_at, Spike.ended_how)
    columns = select(Spike.id, Spike.queue, Spike.opened_at, *ended, Spike.peak).where(*lately)
    zone = ZoneInfo(team.zone)
    return [
        PastSpike(
            row.queue,
            row.opened_at.astimezone(zone),
            _minutes(row.opened_at, None if row.ended_how == Ended.QUIET else row.resolved_at),
            _minutes(row.opened_at, came.get(row.id)),
            row.peak,
        )
        for row in await session.execute(columns.order_by(Spike.opened_at, Spike.id))
    ]


def _minutes(start: datetime, end: datetime | None) -> int | None:
    return max(0, round((end - start).total_seconds() / 60)) if end else None


async def find_usual_peaks(session: AsyncSession, teams: Collection[Team], *, now: datetime) -> dict[int, int]:
    """Return the hour of the week in which each team's spikes usually start, without teams that had too few spikes.

    Monday's first hour is 0.
    """
    zones = {team.id: ZoneInfo(team.zone) for team in teams}
    lately = select(Spike.team_id, Spike.opened_at).where(
        Spike.team_id.in_(zones), Spike.opened_at > now - HISTORY_PERIOD
    )
    began = defaultdict[int, list[datetime]](list)
    for team_id, opened_at in await session.execute(lately):
        began[team_id].append(opened_at.astimezone(zones[team_id]))
    return {id: peak for id, theirs in began.items() if (peak := find_peak(theirs)) is not None}


def find_peak(began: Sequence[datetime]) -> int | None:
    """Return the most common hour on the most common weekday, the earlier one on a tie; None with too few spikes."""
    days = Counter(at.weekday() for at in began)
    day, many = min(days.items(), key=lambda each: (-each[1], each[0]), default=(0, 0))
    if many < MIN_PEAK_SPIKES:
        return None
    hours = Counter(at.hour for at in began if at.weekday() == day)
    return day * 24 + min(hours, key=lambda hour: (-hours[hour], hour))


async def count_since(session: AsyncSession, team: Team, start: datetime) -> int:
    """Return how many spikes a team has had since `start`."""
    lately = select(func.count()).select_from(Spike).where(Spike.team_id == team.id, Spike.opened_at > start)
    return await session.scalar(lately) or 0


async def list_between(session: AsyncSession, team: Team, start: datetime, end: datetime) -> Sequence[Spike]:
    """Return a team's spikes that started in a span of time, oldest first."""
    theirs = select(Spike).where(Spike.team_id == team.id, Spike.opened_at >= start, Spike.opened_at < end)
    return (await session.scalars(theirs.order_by(Spike.opened_at, Spike.id))).all()


def find_minutes(spike: Spike) -> int | None:
    """Return how long a spike lasted; None while it is open, or if it ended by silence and the end is unknown."""
    return _minutes(spike.opened_at, None if spike.ended_how == Ended.QUIET else spike.resolved_at)


async def count_minutes(session: AsyncSession, team: Team, person_id: str, start: datetime, *, named: bool) -> int:
    """Return how many minutes a person has helped a team's queues since `start`.

    With `named`, only stints whose helper's name the team may see are counted.
    """
    theirs = select(Stint).where(
        Stint.workspace_id == team.workspace_id, Stint.person_id == person_id, Stint.ended_at > start,
        Stint.team_id == team.id,
    )  # fmt: skip
    found = await session.scalars(theirs)
    return sum(each.minutes for each in found if each.is_named or not named)
