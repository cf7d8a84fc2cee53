"""Eight weeks of a team's spikes, counted: when they come, how long they last, how soon somebody was there.

Nobody is named, and nothing is read of who was asked.
"""

from collections import Counter
from collections.abc import Sequence
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
"""Of fewer nothing is said but how many there were."""
MIN_PEAK_SPIKES = 3
"""On a weekday that saw fewer, spikes came by chance."""


@dataclass(frozen=True)
class PastSpike:
    """One spike, as the history knows it."""

    queue: str
    opened_at: datetime
    """On the team's own clock."""
    minutes: int | None = None
    """None while it is open, and where it ended by silence: when it was over nobody knows."""
    covered_after: int | None = None
    """In how many minutes somebody was there; None when nobody was."""
    peak: float | None = None


@dataclass(frozen=True)
class SpikeHistory:
    """What many spikes come to."""

    total: int
    by_queue: dict[str, int]
    """Most first."""
    hours: dict[str, Counter[int]]
    """By queue, how many began in each hour of the day."""
    weekdays: dict[str, Counter[int]]
    """The same for weekdays, Monday first."""
    lengths: dict[str, int]
    """The median in minutes, by queue, of those that are over; not of queues with too few of them."""
    length: int | None
    covered: int
    soon: int | None
    """The median in minutes until somebody was there, of those that were covered; None when too few were."""


def summarize(spikes: Sequence[PastSpike]) -> SpikeHistory:
    """Count them. A queue is the same in every spelling, and is called as it was last."""
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


async def must_see_history(session: AsyncSession, team: Team, person: Person) -> None:
    """For its leaders and its sponsor."""
    member = await membership.member(session, team, person.id)
    if team.sponsor_id != person.id and (member is None or member.role is not Role.LEADER):
        raise Refusal(refusals.HISTORY_FOR_LEADERS)


async def list_past_spikes(session: AsyncSession, team: Team, *, now: datetime) -> list[PastSpike]:
    """A team's spikes of the last eight weeks, oldest first."""
    lately = (Spike.team_id == team.id, Spike.opened_at > now - HISTORY_PERIOD)
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


async def find_usual_peak(session: AsyncSession, team: Team, *, now: datetime) -> int | None:
    """The hour of the team's week, Monday's first being 0, in which spikes usually begin; None where there is none."""
    lately = select(Spike.opened_at).where(Spike.team_id == team.id, Spike.opened_at > now - HISTORY_PERIOD)
    zone = ZoneInfo(team.zone)
    return find_peak([opened_at.astimezone(zone) for opened_at in await session.scalars(lately)])


def find_peak(began: Sequence[datetime]) -> int | None:
    """The first of the commonest hours on the commonest weekday."""
    days = Counter(at.weekday() for at in began)
    day, many = min(days.items(), key=lambda each: (-each[1], each[0]), default=(0, 0))
    if many < MIN_PEAK_SPIKES:
        return None
    hours = Counter(at.hour for at in began if at.weekday() == day)
    return day * 24 + min(hours, key=lambda hour: (-hours[hour], hour))


async def count_since(session: AsyncSession, team: Team, start: datetime) -> int:
    """How many spikes a team has had since then."""
    lately = select(func.count()).select_from(Spike).where(Spike.team_id == team.id, Spike.opened_at > start)
    return await session.scalar(lately) or 0


async def count_minutes(session: AsyncSession, team: Team, person_id: str, start: datetime, *, named: bool) -> int:
    """How long somebody was with a team's queues since then; `named`: of what the team may read."""
    theirs = select(Stint).where(
        Stint.workspace_id == team.workspace_id, Stint.person_id == person_id, Stint.ended_at > start,
        Stint.team_id == team.id,
    )  # fmt: skip
    found = await session.scalars(theirs)
    return sum(each.minutes for each in found if each.is_named or not named)
