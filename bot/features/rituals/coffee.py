"""Coffee pairing: matches people once per run, and records whether they met."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import combinations

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import insert
from bot.errors import Refusal
from bot.features.rituals import pairs
from bot.features.rituals.models import CoffeePair, QuizAnswer, RitualRun
from bot.features.rituals.settings import RitualPreferences
from bot.org import people
from bot.org.availability import absences, good_moments, slots, working_hours
from bot.org.availability.working_hours import WorkingHours
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import rituals as refusals

COFFEE_LENGTH = timedelta(minutes=10)
COFFEE_WINDOW = timedelta(days=7)
MET, NOT_MET = "met", "not met"
"""The answers to whether they met, asked a week later."""


async def pair_people(session: AsyncSession, team: Team, run: RitualRun) -> bool:
    """Match people for coffee, once per run of the ritual, and return whether there is at least one group."""
    await locks.lock_row(session, RitualRun, run.id)
    if await _fetch_pairs(session, run):
        return True
    people = await _participants(session, team, run)
    ids, last = [each.id for each in people], await _last_coffee_times(session, team)
    apart = _pairs_without_common_time(people, team, run.starts_at)
    groups = await asyncio.to_thread(pairs.match_groups, ids, last, run.id, apart)
    whose = run.workspace_id, run.team_id
    session.add_all(CoffeePair(run.id, *two, *whose) for group in groups for two in combinations(group, 2))
    await session.flush()
    return bool(groups)


async def fetch_groups(session: AsyncSession, run: RitualRun) -> list[list[Person]]:
    """Return who has coffee together in one run of the ritual: pairs, and at most one group of three."""
    together: dict[str, set[str]] = defaultdict(set)
    for each in await _fetch_pairs(session, run):
        for one in (each.one_id, each.other_id):
            together[one] |= {each.one_id, each.other_id}
    known = await people.fetch_people(session, run.workspace_id, together)
    return [[known[id] for id in group] for group in sorted({tuple(sorted(group)) for group in together.values()})]


async def _fetch_pairs(session: AsyncSession, run: RitualRun) -> Sequence[CoffeePair]:
    theirs = select(CoffeePair).where(CoffeePair.occasion_id == run.id)
    return (await session.scalars(theirs.order_by(CoffeePair.one_id, CoffeePair.other_id))).all()


async def record_whether_met(session: AsyncSession, person: Person, run_id: int, *, has_met: bool) -> RitualRun:
    """Record whether a person's coffee took place; a later answer replaces an earlier one."""
    run = await session.get(RitualRun, run_id)
    if run is None or run.workspace_id != person.workspace_id:
        raise Refusal(refusals.RITUAL_GONE)
    if not any(person.id in (each.one_id, each.other_id) for each in await _fetch_pairs(session, run)):
        raise Refusal(refusals.RITUAL_GONE)
    said = {"said": MET if has_met else NOT_MET}
    row = {"occasion_id": run_id, "person_id": person.id, "workspace_id": person.workspace_id, **said}
    written = insert(session, QuizAnswer).values(row)
    await session.execute(written.on_conflict_do_update(index_elements=["occasion_id", "person_id"], set_=said))
    return run


def _pairs_without_common_time(people: Sequence[Person], team: Team, at: datetime) -> set[pairs.Pair]:
    """Return the pairs who share no working time within a week."""

    @cache
    def share(one: WorkingHours, other: WorkingHours) -> bool:
        return any(each < at + COFFEE_WINDOW for each in slots.find_slots([one, other], at, COFFEE_LENGTH, 1))

    routines = {each.id: replace(working_hours.person_hours(each, team), quiet=None) for each in people}
    return {two for two in combinations(sorted(routines), 2) if not share(*(routines[each] for each in two))}


async def _participants(session: AsyncSession, team: Team, run: RitualRun) -> list[Person]:
    members = await membership.members(session, team)
    known = await people.fetch_people(session, team.workspace_id, [each.user_id for each in members])
    return [each for each in known.values() if _takes_part(each, team, run.starts_at)]


def _takes_part(person: Person, team: Team, at: datetime) -> bool:
    """Return whether a person works at any hour of that day, is not away, and wants to take part in coffee rituals."""
    routine = working_hours.person_hours(person, team)
    is_there = good_moments.is_on_working_day(routine, at) and not absences.is_away(person.absences, at)
    return person.may_join and RitualPreferences.of(person).may_have_coffee and is_there


async def _last_coffee_times(session: AsyncSession, team: Team) -> dict[pairs.Pair, date]:
    """Return when each pair last had coffee, leaving out pairings after which they answered that they did not meet."""
    of_theirs = (
        QuizAnswer.occasion_id == CoffeePair.occasion_id,
        QuizAnswer.person_id.in_([CoffeePair.one_id, CoffeePair.other_id]),
    )
    met, not_met = (
        select(QuizAnswer.said).where(*of_theirs, QuizAnswer.said == said).exists() for said in (MET, NOT_MET)
    )
    theirs = select(CoffeePair.one_id, CoffeePair.other_id, func.max(RitualRun.day)).join(
        RitualRun, RitualRun.id == CoffeePair.occasion_id
    )
    theirs = theirs.where(
        CoffeePair.workspace_id == team.workspace_id, CoffeePair.team_id == team.id, or_(met, ~not_met)
    )
    found = await session.execute(theirs.group_by(CoffeePair.one_id, CoffeePair.other_id))
    return {(one, other): day for one, other, day in found}
