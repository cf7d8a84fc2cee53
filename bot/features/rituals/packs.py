"""Packs: rituals that belong together, such as those of one week a year. A team has all or none of a pack's rituals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.features.rituals import recurrence
from bot.features.rituals.models import Ritual, RitualRun
from bot.features.rituals.queries import DAY, is_run_ahead, plan_run, rituals_of_team
from bot.features.rituals.rules import local_day, run_time
from bot.org.availability import good_moments, working_hours
from bot.org.teams.models import Member, Team
from bot.refusals import rituals as refusals

A_DAY, A_WEEK, A_YEAR = timedelta(days=1), timedelta(days=7), timedelta(days=365)
DAYS_TO_SEARCH = 60
"""How many days to search for the working days that a pack needs, including holidays."""

Plan = list[tuple[datetime, Ritual]]
"""The rituals of a pack with their times, in order."""


@dataclass(frozen=True)
class Pack:
    name: str
    rituals: Sequence[Ritual]
    """In the order of their file names."""

    @property
    def is_on(self) -> bool:
        return any(each.is_on for each in self.rituals)


def group_into_packs(found: Iterable[Ritual]) -> list[Pack]:
    """Group a team's rituals into packs."""
    known: dict[str, list[Ritual]] = {}
    for ritual in sorted(found, key=lambda each: each.slug):
        if ritual.existing_template.pack:
            known.setdefault(ritual.existing_template.pack, []).append(ritual)
    return [Pack(name, theirs) for name, theirs in known.items()]


async def find_pack(session: AsyncSession, team: Team, name: str) -> Pack:
    found = next((each for each in group_into_packs(await rituals_of_team(session, team)) if each.name == name), None)
    if found is None:
        raise AnswerTooLate(refusals.RITUAL_GONE)
    return found


def plan_next_week(team: Team, pack: Pack, now: datetime) -> Plan:
    """Return when each ritual of a pack runs next: in the rest of a week that has started, else in its next week."""
    found = [(at, ritual) for ritual in pack.rituals if (at := _next_time(team, ritual, now))]
    end = min((at for at, _ in found), default=now) + A_WEEK
    return sorted(((at, ritual) for at, ritual in found if at < end), key=lambda each: each[0])


def _next_time(team: Team, ritual: Ritual, now: datetime) -> datetime | None:
    """Return when a ritual runs next.

    The search starts on Monday: a day off may have moved a run of this week to a day that is still ahead.
    """
    today = local_day(team, now)
    for since in (today - timedelta(days=today.weekday()), today + A_DAY):
        at = run_time(team, ritual, _at(team, recurrence.next_day(ritual.rule, since), ritual.at), None)
        if at and at > now:
            return at
    return None


def _at(team: Team, day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZoneInfo(team.zone)).astimezone(UTC)


async def plan_from_day(session: AsyncSession, team: Team, pack: Pack, day: date, *, now: datetime) -> Plan:
    """Return the times for a pack started by hand: each ritual once, on successive working days starting with `day`.

    Raises `Refusal` if the plan starts in the past, or more than a year ahead, or overlaps another run.
    """
    routine = working_hours.team_hours(team)
    days = (day + number * A_DAY for number in range(DAYS_TO_SEARCH))
    working = (each for each in days if good_moments.is_on_working_day(routine, _at(team, each, time(12))))
    planned = [(_at(team, each, ritual.at), ritual) for ritual, each in zip(pack.rituals, working, strict=False)]
    if day < local_day(team, now) or not planned or planned[0][0] <= now:
        raise Refusal(refusals.PACK_BEGUN, field=DAY)
    if planned[0][0] > now + A_YEAR:
        raise Refusal(refusals.PACK_TOO_FAR, field=DAY)
    if taken := await _taken_days(session, pack, local_day(team, planned[0][0]), local_day(team, planned[-1][0])):
        already = refusals.already_planned(recurrence.format_span(taken))
        raise Refusal(already, field=DAY)
    return planned


async def _taken_days(session: AsyncSession, pack: Pack, first: date, last: date) -> list[date]:
    """Return the days from `first` to `last` on which a pack already runs, planned by hand or by its rules."""
    theirs = select(RitualRun.day).where(RitualRun.ritual_id.in_(_ids(pack)), RitualRun.day.between(first, last))
    by_rule = [recurrence.next_day(each.rule, first) for each in pack.rituals if each.is_on]
    return [*await session.scalars(theirs), *(day for day in by_rule if day <= last)]


def _ids(pack: Pack) -> list[int]:
    return [each.id for each in pack.rituals if each.id]


async def start_pack(
    session: AsyncSession, team: Team, lead: Member, pack: Pack, day: date, *, now: datetime
) -> list[RitualRun]:
    """Plan one extra run of each ritual of a pack, starting with `day`, without switching the pack on."""
    lead.must_lead()
    planned = await plan_from_day(session, team, pack, day, now=now)
    session.add_all(pack.rituals)
    await session.flush()
    return [await plan_run(session, team, ritual, local_day(team, at), at) for at, ritual in planned]


async def manually_planned_runs(session: AsyncSession, pack: Pack, *, now: datetime) -> Plan:
    """Return the upcoming runs of a pack's rituals that somebody planned, not their schedules."""
    known = {each.id: each for each in pack.rituals if each.id}
    theirs = select(RitualRun).where(RitualRun.ritual_id.in_(known), is_run_ahead(now)).order_by(RitualRun.starts_at)
    return [
        (each.starts_at, known[each.ritual_id])
        for each in await session.scalars(theirs)
        if recurrence.next_day(known[each.ritual_id].rule, each.day) != each.day
    ]
