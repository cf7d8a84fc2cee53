"""Coffee pairing: who has coffee with whom is settled once, as the ritual comes."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from itertools import combinations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, hours, teams
from bot.directory import Person
from bot.features.rituals import pairing
from bot.features.rituals.settings import Own
from bot.features.rituals.tables import Occasion, Together
from bot.teams import Team


async def pair(session: AsyncSession, team: Team, occasion: Occasion) -> bool:
    """Settle it, unless it is; says whether there are two at least."""
    await session.execute(select(Occasion.id).where(Occasion.id == occasion.id).with_for_update())
    if await _pairs(session, occasion):
        return True
    groups = pairing.groups(await _who(session, team, occasion), await _last(session, team))
    whose = occasion.workspace_id, occasion.team_id
    session.add_all(Together(occasion.id, *two, *whose) for group in groups for two in combinations(group, 2))
    await session.flush()
    return bool(groups)


async def groups(session: AsyncSession, occasion: Occasion) -> list[list[Person]]:
    """Who has coffee together: twos, and a three."""
    together: dict[str, set[str]] = defaultdict(set)
    for each in await _pairs(session, occasion):
        for one in (each.one_id, each.other_id):
            together[one] |= {each.one_id, each.other_id}
    known = await directory.people(session, occasion.workspace_id, together)
    return [[known[id] for id in group] for group in sorted({tuple(sorted(group)) for group in together.values()})]


async def _pairs(session: AsyncSession, occasion: Occasion) -> Sequence[Together]:
    theirs = select(Together).where(Together.occasion_id == occasion.id)
    return (await session.scalars(theirs.order_by(Together.one_id, Together.other_id))).all()


async def _who(session: AsyncSession, team: Team, occasion: Occasion) -> list[str]:
    members = await teams.members(session, team)
    known = await directory.people(session, team.workspace_id, [each.user_id for each in members])
    return [each.id for each in known.values() if _is_in(each, team, occasion.starts_at)]


def _is_in(person: Person, team: Team, at: datetime) -> bool:
    """At work that day, at whatever hour, and glad to."""
    routine = hours.of_person(person, team)
    is_there = hours.works_on(routine, at) and not hours.is_away(person.absences, at)
    return person.may_join and Own.of(person).may_have_coffee and is_there


async def _last(session: AsyncSession, team: Team) -> dict[pairing.Pair, date]:
    """When who had coffee together last."""
    theirs = select(Together.one_id, Together.other_id, func.max(Occasion.day)).join(
        Occasion, Occasion.id == Together.occasion_id
    )
    theirs = theirs.where(Together.workspace_id == team.workspace_id, Together.team_id == team.id)
    found = await session.execute(theirs.group_by(Together.one_id, Together.other_id))
    return {(one, other): day for one, other, day in found}
