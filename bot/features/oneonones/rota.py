"""The rota: which one-on-ones a leader is reminded of, soonest due first and only so many a week.

They are planned a week ahead: who is reminded on the morning itself finds no time that both have before it is late.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.candidates import Candidate, Seat, Urgency
from bot.directory import Person
from bot.features.oneonones.cadence import A_WEEK, monday_of, sunday_of
from bot.features.oneonones.settings import Settings
from bot.features.oneonones.tables import OPEN, Meeting, Series, State
from bot.rotation import lot

DUE = "oneonones.due"
EVERY_MORNING = timedelta(hours=20)
NO_MORE = (State.CANCELLED, State.LAPSED)
"""What takes no place in the week."""


@dataclass(frozen=True)
class Facts:
    """What a leader's rota is made of."""

    due: Sequence[Series] = ()
    """Pairs without a meeting to come, due by the end of next week or asked for."""
    made: int = 0
    """Meetings made this week."""


def rota(due: Sequence[Series], *, left: int, today: date) -> list[Series]:
    """Whom to meet: who asked, then whose last was missed, then by the day due, longest waiting first, ties in turn.

    Who asked is always there; of the others as many as the week has left.
    """
    lots = {each.id: lot(each.agent_id, each.leader_id, *today.isocalendar()[:2]) for each in due}

    def turn(each: Series) -> tuple[object, ...]:
        return not each.asked_at, not each.is_missed, each.due_on, waits_since(each), lots[each.id]

    waiting = sorted(due, key=turn)
    asked = [each for each in waiting if each.asked_at]
    others = [each for each in waiting if not each.asked_at and each.due_on <= planned_until(today)]
    return [*asked, *others[: max(0, left - len(asked))]]


def planned_until(today: date) -> date:
    """The end of next week."""
    return sunday_of(today) + A_WEEK


def waits_since(series: Series) -> date:
    return series.met_on or series.since.date()


def reminder(seat: Seat, facts: Facts, today: date) -> Candidate | None:
    """One nudge for all that are due."""
    rows = rota(facts.due, left=Settings.of(seat.team).weekly - facts.made, today=today)
    if not rows:
        return None
    told = {"rows": [row(series, today) for series in rows], "answers": {}}
    return Candidate(seat, DUE, urgency=Urgency.TODAY, facts=told, every=EVERY_MORNING)


def row(series: Series, today: date) -> dict[str, Any]:
    """A pair as a nudge keeps it."""
    return {
        "series": series.id, "agent": series.agent_id, "days": (today - waits_since(series)).days,
        "met": series.met_on is not None, "missed": series.is_missed, "asked": series.asked_at is not None,
        "due": series.due_on.isoformat(),
    }  # fmt: skip


async def reminders(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """The rota of many leaders at once."""
    first = {seat.person.id: seat for seat in reversed(seats)}
    found = await facts(session, [seat.person for seat in first.values()], now) if first else {}
    made = (reminder(seat, found[id], seat.person.local(now).date()) for id, seat in first.items())
    return [each for each in made if each]


async def due_of(session: AsyncSession, leader: Person, weekly: int, now: datetime) -> list[Series]:
    """One leader's rota as it stands."""
    found = (await facts(session, [leader], now))[leader.id]
    return rota(found.due, left=weekly - found.made, today=leader.local(now).date())


async def facts(session: AsyncSession, leaders: Sequence[Person], now: datetime) -> dict[str, Facts]:
    """What each leader's rota is made of, in two questions for all."""
    workspace_id, ids = leaders[0].workspace_id, [each.id for each in leaders]
    latest = planned_until(now.date() + timedelta(days=1))
    open_ones = select(Meeting.series_id).where(Meeting.series_id == Series.id, Meeting.state.in_(OPEN))
    theirs = select(Series).where(
        Series.workspace_id == workspace_id,
        Series.leader_id.in_(ids),
        Series.ended_at.is_(None),
        (Series.due_on <= latest) | Series.asked_at.is_not(None),
        ~open_ones.exists(),
    )
    due = defaultdict[str, list[Series]](list)
    for series in await session.scalars(theirs.order_by(Series.id)):
        due[series.leader_id].append(series)
    made = await _made(session, leaders, now)
    return {id: Facts(due[id], made.get(id, 0)) for id in ids}


async def _made(session: AsyncSession, leaders: Sequence[Person], now: datetime) -> dict[str, int]:
    """How many each has made since their own Monday began."""
    mondays = {each.id: _monday(each, now) for each in leaders}
    since = select(Meeting.leader_id, Meeting.made_at).where(
        Meeting.workspace_id == leaders[0].workspace_id,
        Meeting.leader_id.in_(mondays),
        Meeting.made_at >= min(mondays.values()),
        Meeting.state.not_in(NO_MORE),
    )
    made = defaultdict[str, int](int)
    for leader_id, made_at in await session.execute(since):
        made[leader_id] += made_at >= mondays[leader_id]
    return made


def _monday(person: Person, now: datetime) -> datetime:
    return datetime.combine(monday_of(person.local(now).date()), time(), ZoneInfo(person.zone))
